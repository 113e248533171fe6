import type { BertTokenizer } from '../tokenizer/encode.ts'
import {
  type ContextWindow,
  contextWindows,
  questionRoom,
  type WindowSettings,
} from './contextWindows.ts'

/** A context's pieces, and their UTF-16 spans in it, in parallel. */
export interface ContextPieces {
  readonly ids: Int32Array
  readonly starts: Int32Array
  readonly ends: Int32Array
}

export interface EncodedQuestion {
  /** Pieces of the question, without special tokens. */
  readonly question: readonly number[]
  readonly context: ContextPieces
  readonly windows: readonly ContextWindow[]
  /** Pieces of the question that were cut off. */
  readonly cut: number
}

/** Tokenizes questions with their contexts; each different context once. */
export class QuestionEncoder {
  private readonly contexts = new Map<string, ContextPieces>()

  constructor(
    private readonly tokenizer: BertTokenizer,
    private readonly settings: WindowSettings,
  ) {}

  encode(questionText: string, contextText: string): EncodedQuestion {
    const { maxLength, stride } = this.settings
    const whole = piecesOf(this.tokenizer, questionText).ids
    const question = Array.from(whole.subarray(0, questionRoom(maxLength)))
    const context = this.context(contextText)
    const room = maxLength - 3 - question.length
    const windows = contextWindows(context.ids.length, room, stride)
    return { question, context, windows, cut: whole.length - question.length }
  }

  private context(text: string): ContextPieces {
    const known = this.contexts.get(text)
    if (known) return known
    const pieces = piecesOf(this.tokenizer, text)
    this.contexts.set(text, pieces)
    return pieces
  }
}

const piecesOf = (tokenizer: BertTokenizer, text: string): ContextPieces => {
  const { ids, offsets } = tokenizer.encode(text, { maxLength: Number.POSITIVE_INFINITY })
  // Without [CLS] and [SEP].
  const own = offsets.slice(1, -1)
  return {
    ids: Int32Array.from(ids.slice(1, -1)),
    starts: Int32Array.from(own, ([start]) => start),
    ends: Int32Array.from(own, ([, end]) => end),
  }
}

/** Where a window's context begins in its sequence: after [CLS], the question and [SEP]. */
export const contextAt = ({ question }: EncodedQuestion): number => question.length + 2

/** `[CLS] question [SEP] window of the context [SEP]`, the context with type 1. */
export const windowInput = (
  encoded: EncodedQuestion,
  { from, to }: ContextWindow,
  special: BertTokenizer['vocabulary']['special'],
): { readonly ids: number[]; readonly typeIds: number[] } => {
  const { question, context } = encoded
  const part = context.ids.subarray(from, to)
  const ids = [special.cls, ...question, special.sep, ...part, special.sep]
  const before = contextAt(encoded)
  return { ids, typeIds: ids.map((_, at) => (at < before ? 0 : 1)) }
}

/** Length of the sequence that `windowInput` gives. */
export const windowLength = (encoded: EncodedQuestion, { from, to }: ContextWindow): number =>
  contextAt(encoded) + (to - from) + 1
