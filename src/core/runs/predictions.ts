import fs from 'node:fs'
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { RunConfig } from '../experiment/config.ts'

/** What every line has: place among the dev examples from 0, line in the data file from 1. */
const place = { index: Type.Integer({ minimum: 0 }), line: Type.Integer() }

/** Heads sentence and pair: names of classes; probabilities in label order. */
export const ClassPredictionSchema = Type.Object({
  ...place,
  gold: Type.String(),
  predicted: Type.String(),
  probabilities: Type.Array(Type.Number()),
})
export type ClassPrediction = Static<typeof ClassPredictionSchema>

/** The same with regression. */
export const ScorePredictionSchema = Type.Object({
  ...place,
  gold: Type.Number(),
  predicted: Type.Number(),
})
export type ScorePrediction = Static<typeof ScorePredictionSchema>

/** Head token: a tag for each word, and the probability of each predicted one. */
export const TokenPredictionSchema = Type.Object({
  ...place,
  words: Type.Array(Type.String()),
  gold: Type.Array(Type.String()),
  predicted: Type.Array(Type.String()),
  probabilities: Type.Array(Type.Number()),
})
export type TokenPrediction = Static<typeof TokenPredictionSchema>

/** Head qa. The empty text says that there is no answer; `start` is then −1. */
export const AnswerPredictionSchema = Type.Object({
  ...place,
  id: Type.String(),
  /** Number of the distinct context in the file, from 0. */
  document: Type.Integer({ minimum: 0 }),
  question: Type.String(),
  /** The right answers; none: it cannot be answered. */
  gold: Type.Array(Type.String()),
  predicted: Type.String(),
  /** UTF-16 units in the context. */
  start: Type.Integer(),
  probability: Type.Number(),
  noAnswerScore: Type.Number(),
  nbest: Type.Array(
    Type.Object({ text: Type.String(), start: Type.Integer(), probability: Type.Number() }),
  ),
})
export type AnswerPrediction = Static<typeof AnswerPredictionSchema>

/** What the lines of a `predictions.jsonl` are; it follows from head and `regression`. */
export type Predictions =
  | { readonly kind: 'classes'; readonly rows: readonly ClassPrediction[] }
  | { readonly kind: 'scores'; readonly rows: readonly ScorePrediction[] }
  | { readonly kind: 'tokens'; readonly rows: readonly TokenPrediction[] }
  | { readonly kind: 'answers'; readonly rows: readonly AnswerPrediction[] }
export type PredictionKind = Predictions['kind']

export const predictionKind = ({
  head,
  regression,
}: Pick<RunConfig, 'head' | 'regression'>): PredictionKind => {
  if (head === 'token') return 'tokens'
  if (head === 'qa') return 'answers'
  return regression ? 'scores' : 'classes'
}

/** A file's predictions; `damaged`: lines that are not what they should be, passed over. */
export type ReadPredictions = Predictions & { readonly damaged: number }

/**
 * Reads a run's `predictions.jsonl` line by line; a last line without its newline is left out.
 * Undefined where there is no such file.
 */
export const readPredictions = (
  file: string,
  config: Pick<RunConfig, 'head' | 'regression'>,
): ReadPredictions | undefined => {
  if (!fs.existsSync(file)) return undefined
  const kind = predictionKind(config)
  switch (kind) {
    case 'classes':
      return { kind, ...readRows(file, ClassPredictionSchema) }
    case 'scores':
      return { kind, ...readRows(file, ScorePredictionSchema) }
    case 'tokens':
      return { kind, ...readRows(file, TokenPredictionSchema) }
    case 'answers':
      return { kind, ...readRows(file, AnswerPredictionSchema) }
    default:
      return kind satisfies never
  }
}

const readRows = <T extends TSchema>(
  file: string,
  schema: T,
): { rows: Static<T>[]; damaged: number } => {
  const rows: Static<T>[] = []
  let damaged = 0
  for (const line of wholeLines(file)) {
    const row = parseJson(line)
    if (Value.Check(schema, row)) rows.push(row)
    else damaged++
  }
  return { rows, damaged }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const chunkBytes = 1 << 20
const newline = 10

/** Lines that end in a newline; one chunk in memory, and the line that crosses its end. */
function* wholeLines(file: string): Generator<string> {
  const handle = fs.openSync(file, 'r')
  try {
    const chunk = Buffer.alloc(chunkBytes)
    let rest = Buffer.alloc(0)
    for (;;) {
      const read = fs.readSync(handle, chunk, 0, chunkBytes, null)
      if (read === 0) return
      const bytes = Buffer.concat([rest, chunk.subarray(0, read)])
      let start = 0
      for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
        if (end > start) yield bytes.toString('utf8', start, end)
        start = end + 1
      }
      rest = Buffer.from(bytes.subarray(start))
    }
  } finally {
    fs.closeSync(handle)
  }
}
