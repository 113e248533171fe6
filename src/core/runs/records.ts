import { type Static, Type } from 'typebox'
import { RunConfigSchema } from '../experiment/config.ts'
import { ExperimentSchema, keepModels, literalUnion, TaskHeadSchema } from '../experiment/schema.ts'
import { MetricsSchema } from '../metrics/metrics.ts'
import { ApartSchema } from './comparable.ts'

/** A process is known by pid and start time together: pids come round again. */
export const ProcessIdentitySchema = Type.Object({
  host: Type.String(),
  pid: Type.Integer(),
  /** What the system says of its start, opaque; equal strings, same process. */
  startTime: Type.String(),
  /** Linux: where the pid counts. A container has its own, on the same machine and boot. */
  namespace: Type.Optional(Type.String()),
})
export type ProcessIdentity = Static<typeof ProcessIdentitySchema>

/** `trainer.json` (or `trainer-1.json` …) in a store's folder: the trainer that works there, and how to reach it. */
export const TrainerRecordSchema = Type.Object({
  process: ProcessIdentitySchema,
  socket: Type.String(),
  protocol: Type.Integer(),
  version: Type.String(),
  /** Which of several trainers of one store (`--parallel`) it is; absent: the first, 0. */
  seat: Type.Optional(Type.Integer()),
})
export type TrainerRecord = Static<typeof TrainerRecordSchema>

export const RecordedStateSchema = Type.Union([
  Type.Literal('queued'),
  Type.Literal('running'),
  Type.Literal('done'),
  Type.Literal('stopped'),
  Type.Literal('failed'),
  Type.Literal('diverged'),
  Type.Literal('stoppedEarly'),
  Type.Literal('paused'),
])
export type RecordedState = Static<typeof RecordedStateSchema>

/** `run.json`: a run without its events. Fields: docs/formats.md. */
export const RunRecordSchema = Type.Object({
  format: Type.Literal(1),
  id: Type.String(),
  sweep: Type.String(),
  cell: Type.String(),
  seed: Type.Integer(),
  config: RunConfigSchema,
  /** From the run's folder to the folder that `config`'s paths are relative to. */
  base: Type.String(),
  state: RecordedStateSchema,
  reason: Type.Optional(Type.String()),
  inputError: Type.Optional(Type.Boolean()),
  attempt: Type.Integer(),
  created: Type.Number(),
  started: Type.Optional(Type.Number()),
  ended: Type.Optional(Type.Number()),
  metrics: Type.Optional(MetricsSchema),
  seconds: Type.Optional(Type.Number()),
  examplesPerSecond: Type.Optional(Type.Number()),
  stepMs: Type.Optional(Type.Number()),
  peakMemoryMB: Type.Optional(Type.Number()),
  /** Tensors alive at its end. */
  tensors: Type.Optional(Type.Integer()),
  trainer: Type.Optional(TrainerRecordSchema),
  /** Label order of the head's outputs, as resolved at launch. */
  labels: Type.Array(Type.String()),
  /** sha256 of data and model at launch, as in `sweep.json`: what the run must be trained on. */
  checksums: Type.Optional(Type.Record(Type.String(), Type.String())),
  /** `engineNumber` of the program that planned it; 1 where absent. */
  engine: Type.Optional(Type.Integer()),
  /** Attempts in a row whose trainer was lost before it got any further; the last of them. */
  lost: Type.Optional(Type.Object({ count: Type.Integer(), attempt: Type.Integer() })),
  /** Its weights were deleted to save room (`keepModels`); its results are all there. */
  weightsDeleted: Type.Optional(Type.Boolean()),
  environment: Type.Optional(Type.Record(Type.String(), Type.String())),
})
export type RunRecord = Static<typeof RunRecordSchema>

/** `sweep.json`: the experiment as launched and what it became. */
export const SweepRecordSchema = Type.Object({
  format: Type.Literal(1),
  id: Type.String(),
  name: Type.String(),
  /** Which of several sweeps of that name, from 1: of the second the folder is name-2. */
  number: Type.Optional(Type.Integer()),
  created: Type.Number(),
  head: TaskHeadSchema,
  experiment: ExperimentSchema,
  /** The experiment's file, relative to the sweep's folder, where there is one. */
  file: Type.Optional(Type.String()),
  runs: Type.Array(Type.String()),
  /** sha256 of each data file and of the pretrained weights. */
  checksums: Type.Record(Type.String(), Type.String()),
  versions: Type.Record(Type.String(), Type.String()),
  /** Whose weights stay once all runs are over. Absent: all. */
  keepModels: Type.Optional(literalUnion(keepModels)),
  /** What the experiment's `auto` became at the first launch; later ones keep to it. */
  auto: Type.Optional(
    Type.Object({
      backend: Type.Optional(RunConfigSchema.properties.backend),
      precision: Type.Optional(RunConfigSchema.properties.precision),
    }),
  ),
  /** Of name-2, name-3, …: what is different from a sweep with the same name. */
  apart: Type.Optional(ApartSchema),
  /** The chosen cell's best run, scored on `data.test` once all runs were over. */
  test: Type.Optional(
    Type.Object({
      run: Type.String(),
      metrics: MetricsSchema,
      time: Type.Number(),
      /** sha256 of the test data that it was scored on. */
      checksum: Type.Optional(Type.String()),
    }),
  ),
})
export type SweepRecord = Static<typeof SweepRecordSchema>
