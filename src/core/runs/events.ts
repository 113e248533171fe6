import { type Static, Type } from 'typebox'
import { MetricsSchema } from '../metrics/metrics.ts'

/** Why an attempt is over. `failed` carries a reason; `diverged`: its loss turned NaN or infinite. */
export const EndStateSchema = Type.Union([
  Type.Literal('done'),
  Type.Literal('stopped'),
  Type.Literal('failed'),
  Type.Literal('diverged'),
  /** By the median rule (`earlyStopping`): complete for what it is, and never ranked as finished. */
  Type.Literal('stoppedEarly'),
  /** Stopped with the wish to go on later. */
  Type.Literal('paused'),
])
export type EndState = Static<typeof EndStateSchema>

const bodies = [
  /** Training is about to begin: data read, weights loaded. */
  Type.Object({
    type: Type.Literal('started'),
    attempt: Type.Integer(),
    totalSteps: Type.Integer(),
    stepsPerEpoch: Type.Integer(),
    trainExamples: Type.Integer(),
    devExamples: Type.Integer(),
    backend: Type.String(),
    precision: Type.String(),
    parameters: Type.Integer(),
    /** Step after which this attempt goes on; 0 at a fresh start. */
    resumedFrom: Type.Integer(),
    /** Training examples by padded length, in pieces: how long an epoch takes follows from it. */
    examplesByLength: Type.Optional(Type.Record(Type.String(), Type.Integer())),
    /** What it runs on, by name: `device`, `node`, … */
    environment: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
  /** One optimizer step. `stepMs` is wall time, loss fetched; `loss` the batch's mean. */
  Type.Object({
    type: Type.Literal('step'),
    step: Type.Integer(),
    epoch: Type.Number(),
    loss: Type.Number(),
    learningRate: Type.Number(),
    stepMs: Type.Number(),
    examples: Type.Integer(),
    /** Padded length of its batch, in pieces. */
    length: Type.Optional(Type.Integer()),
  }),
  /** The dev set, scored. */
  Type.Object({
    type: Type.Literal('evaluation'),
    step: Type.Integer(),
    epoch: Type.Number(),
    metrics: MetricsSchema,
    peakMemoryMB: Type.Optional(Type.Number()),
    /** Tensors that are alive then. */
    tensors: Type.Optional(Type.Integer()),
  }),
  Type.Object({ type: Type.Literal('checkpoint'), step: Type.Integer(), epoch: Type.Number() }),
  /** A phase without steps, for the progress line: reading data, loading weights, evaluating. */
  Type.Object({
    type: Type.Literal('phase'),
    phase: Type.Union([
      Type.Literal('data'),
      Type.Literal('weights'),
      Type.Literal('training'),
      Type.Literal('evaluating'),
      Type.Literal('saving'),
    ]),
  }),
  Type.Object({
    type: Type.Literal('log'),
    level: Type.Union([Type.Literal('info'), Type.Literal('warning')]),
    message: Type.String(),
  }),
  /** The last event of an attempt. */
  Type.Object({
    type: Type.Literal('finished'),
    state: EndStateSchema,
    metrics: Type.Optional(MetricsSchema),
    /** With `failed` and `diverged`: one sentence. */
    reason: Type.Optional(Type.String()),
    /** The input was wrong, not the work: the command line exits 2. */
    inputError: Type.Optional(Type.Boolean()),
    seconds: Type.Number(),
    examplesPerSecond: Type.Optional(Type.Number()),
    stepMs: Type.Optional(Type.Number()),
    peakMemoryMB: Type.Optional(Type.Number()),
    tensors: Type.Optional(Type.Integer()),
    environment: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
] as const

/** What a run reports; without the stamp that the writer adds. */
export const RunEventBodySchema = Type.Union([...bodies])
export type RunEventBody = Static<typeof RunEventBodySchema>

/** `seq` counts an attempt's events from 1; `time` is in ms since 1970. */
export const EventStampSchema = Type.Object({ seq: Type.Integer(), time: Type.Number() })

/** One line of `events.jsonl`. */
export const RunEventSchema = Type.Intersect([EventStampSchema, RunEventBodySchema])
export type RunEvent = Static<typeof EventStampSchema> & RunEventBody
