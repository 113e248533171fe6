import { type Static, Type } from 'typebox'
import { RunEventSchema } from '../runs/events.ts'
import { ProcessIdentitySchema } from '../runs/records.ts'

/** Raised when a message changes its meaning; trainer and client of different numbers part. */
export const trainerProtocol = 2

/** Longest message, in bytes: whoever sends more is cut off. */
export const longestMessage = 1 << 20

/**
 * Client → trainer, one JSON object a line. Each is a request: it carries an id, and the answer
 * (`welcome`, `status` or `reply`) carries it too.
 */
export const TrainerRequestSchema = Type.Union([
  Type.Object({ type: Type.Literal('hello'), id: Type.Integer(), protocol: Type.Integer() }),
  /** Work through these run folders, after what is queued already. */
  Type.Object({
    type: Type.Literal('enqueue'),
    id: Type.Integer(),
    runs: Type.Array(Type.String()),
  }),
  /** Stop these runs (their folders), running or queued; left out, all of them. */
  Type.Object({
    type: Type.Literal('stop'),
    id: Type.Integer(),
    runs: Type.Optional(Type.Array(Type.String())),
    /** They are recorded as paused: their person means to go on. */
    pause: Type.Optional(Type.Boolean()),
  }),
  /** Work on this run (its folder) next, whether it is queued already or not. */
  Type.Object({ type: Type.Literal('first'), id: Type.Integer(), run: Type.String() }),
  Type.Object({ type: Type.Literal('status'), id: Type.Integer() }),
])
export type TrainerRequest = Static<typeof TrainerRequestSchema>

/** Trainer → client, one JSON object a line. After `welcome` every event is sent to every client. */
export const TrainerMessageSchema = Type.Union([
  Type.Object({
    type: Type.Literal('welcome'),
    id: Type.Integer(),
    protocol: Type.Integer(),
    process: ProcessIdentitySchema,
    version: Type.String(),
  }),
  Type.Object({
    type: Type.Literal('reply'),
    id: Type.Integer(),
    ok: Type.Boolean(),
    error: Type.Optional(Type.String()),
    /** The queue is done and the trainer about to end: another one has to be started. */
    ending: Type.Optional(Type.Boolean()),
  }),
  /** The answer to `status`; with id 0, told to every client when something changed. */
  Type.Object({
    type: Type.Literal('status'),
    id: Type.Integer(),
    running: Type.Union([Type.String(), Type.Null()]),
    queued: Type.Array(Type.String()),
    stopping: Type.Boolean(),
  }),
  /** A run's folder, and one line of its `events.jsonl`. */
  Type.Object({
    type: Type.Literal('event'),
    run: Type.String(),
    attempt: Type.Integer(),
    event: RunEventSchema,
  }),
  /** Every two seconds: the process lives, whatever its main thread does. */
  Type.Object({
    type: Type.Literal('heartbeat'),
    time: Type.Number(),
    memoryMB: Type.Number(),
  }),
])
export type TrainerMessage = Static<typeof TrainerMessageSchema>
