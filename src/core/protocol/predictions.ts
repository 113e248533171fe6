import { type Static, Type } from 'typebox'
import { TraceSchema } from './trace.ts'

/** Raised when a message changes its meaning; server and client come from one version. */
export const predictionProtocol = 1

/** Most sentences in one request: what cannot be cancelled any more once it is at work. */
export const mostSentences = 64

const id = Type.Integer()
/** A Hugging Face folder; loaded with the first request that names it. */
const model = Type.String()

/** Editor → prediction server. Each carries an id, and so does its answer. */
export const PredictionRequestSchema = Type.Union([
  Type.Object({ type: Type.Literal('load'), id, model }),
  /** Each sentence's entities; with class tags, each word. */
  Type.Object({ type: Type.Literal('tokens'), id, model, sentences: Type.Array(Type.String()) }),
  Type.Object({
    type: Type.Literal('classes'),
    id,
    model,
    texts: Type.Array(Type.Object({ text: Type.String(), textPair: Type.Optional(Type.String()) })),
  }),
  Type.Object({
    type: Type.Literal('answer'),
    id,
    model,
    question: Type.String(),
    context: Type.String(),
    unanswerable: Type.Boolean(),
  }),
  Type.Object({ type: Type.Literal('pieces'), id, model, text: Type.String() }),
  /** One text's way through the model, to be drawn; of a qa model question and context. */
  Type.Object({
    type: Type.Literal('trace'),
    id,
    model,
    text: Type.String(),
    textPair: Type.Optional(Type.String()),
    unanswerable: Type.Boolean(),
  }),
  /** Requests that need no answer any more; those that wait are answered `cancelled`. */
  Type.Object({ type: Type.Literal('cancel'), ids: Type.Array(Type.Integer()) }),
])
export type PredictionRequest = Static<typeof PredictionRequestSchema>

export const TypeShareSchema = Type.Object({
  /** null: no entity. */
  type: Type.Union([Type.String(), Type.Null()]),
  probability: Type.Number(),
})
export type TypeShare = Static<typeof TypeShareSchema>

/** An entity, or a word with its class; offsets in UTF-16 units of the sentence. */
export const PredictedSpanSchema = Type.Object({
  start: Type.Integer(),
  end: Type.Integer(),
  type: Type.String(),
  probability: Type.Number(),
  /** The most probable types, best first. */
  types: Type.Array(TypeShareSchema),
})
export type PredictedSpan = Static<typeof PredictedSpanSchema>

export const PredictedAnswerSchema = Type.Object({
  text: Type.String(),
  start: Type.Integer(),
  probability: Type.Number(),
})
export type PredictedAnswer = Static<typeof PredictedAnswerSchema>

export const ModelFactsSchema = Type.Object({
  head: Type.Union([Type.Literal('sentence'), Type.Literal('token'), Type.Literal('qa')]),
  labels: Type.Array(Type.String()),
  regression: Type.Boolean(),
  /** Of a token head: entities, or a class for each word. */
  tags: Type.Union([Type.Literal('spans'), Type.Literal('classes'), Type.Null()]),
  /** Distinct types of entities, or classes, in label order. */
  types: Type.Array(Type.String()),
  backend: Type.Union([Type.Literal('tensorflow'), Type.Literal('wasm')]),
})
export type ModelFacts = Static<typeof ModelFactsSchema>

/** Prediction server → editor. */
export const PredictionMessageSchema = Type.Union([
  Type.Object({ type: Type.Literal('ready'), protocol: Type.Integer() }),
  Type.Object({ type: Type.Literal('loaded'), id, facts: ModelFactsSchema }),
  Type.Object({
    type: Type.Literal('tokens'),
    id,
    sentences: Type.Array(Type.Array(PredictedSpanSchema)),
    ms: Type.Number(),
  }),
  /** Probabilities in label order, or one score, of each text. */
  Type.Object({ type: Type.Literal('classes'), id, rows: Type.Array(Type.Array(Type.Number())) }),
  Type.Object({
    type: Type.Literal('answer'),
    id,
    /** Best first; an empty text stands for no answer. */
    answers: Type.Array(PredictedAnswerSchema),
  }),
  Type.Object({ type: Type.Literal('pieces'), id, pieces: Type.Array(Type.String()) }),
  Type.Object({ type: Type.Literal('traced'), id, trace: TraceSchema }),
  Type.Object({
    type: Type.Literal('failed'),
    id,
    error: Type.String(),
    /** The input or the model was wrong; else the server. */
    input: Type.Boolean(),
  }),
  Type.Object({ type: Type.Literal('cancelled'), id }),
])
export type PredictionMessage = Static<typeof PredictionMessageSchema>
