import { type Static, Type } from 'typebox'
import { RunConfigSchema } from '../experiment/config.ts'
import { ExperimentSchema, TaskHeadSchema } from '../experiment/schema.ts'
import { MetricsSchema } from '../metrics/metrics.ts'

/** A process is known by pid and start time together: pids come round again. */
export const ProcessIdentitySchema = Type.Object({
  host: Type.String(),
  pid: Type.Integer(),
  /** What the system says of its start, opaque; equal strings, same process. */
  startTime: Type.String(),
})
export type ProcessIdentity = Static<typeof ProcessIdentitySchema>

/** `trainer.json` in a store's folder: the trainer that works there, and how to reach it. */
export const TrainerRecordSchema = Type.Object({
  process: ProcessIdentitySchema,
  socket: Type.String(),
  protocol: Type.Integer(),
  version: Type.String(),
})
export type TrainerRecord = Static<typeof TrainerRecordSchema>

export const RecordedStateSchema = Type.Union([
  Type.Literal('queued'),
  Type.Literal('running'),
  Type.Literal('done'),
  Type.Literal('stopped'),
  Type.Literal('failed'),
  Type.Literal('diverged'),
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
  trainer: Type.Optional(TrainerRecordSchema),
  /** Label order of the head's outputs, as resolved at launch. */
  labels: Type.Array(Type.String()),
  environment: Type.Optional(Type.Record(Type.String(), Type.String())),
})
export type RunRecord = Static<typeof RunRecordSchema>

/** `sweep.json`: the experiment as launched and what it became. */
export const SweepRecordSchema = Type.Object({
  format: Type.Literal(1),
  id: Type.String(),
  name: Type.String(),
  created: Type.Number(),
  head: TaskHeadSchema,
  experiment: ExperimentSchema,
  /** The experiment's file, relative to the sweep's folder, where there is one. */
  file: Type.Optional(Type.String()),
  runs: Type.Array(Type.String()),
  /** sha256 of each data file and of the pretrained weights. */
  checksums: Type.Record(Type.String(), Type.String()),
  versions: Type.Record(Type.String(), Type.String()),
})
export type SweepRecord = Static<typeof SweepRecordSchema>
