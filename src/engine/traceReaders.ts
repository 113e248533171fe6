import { labelKindOf } from '../core/data/labelKind.ts'
import { wordsOf } from '../core/data/words.ts'
import { softmax } from '../core/metrics/softmax.ts'
import type { LabelShare, Trace, TraceOutput } from '../core/protocol/trace.ts'
import { answerPieces } from '../core/qa/answerSpan.ts'
import { chooseAnswer } from '../core/qa/chooseAnswer.ts'
import { defaultStride } from '../core/qa/contextWindows.ts'
import { contextAt, QuestionEncoder, windowInput } from '../core/qa/encodeQuestion.ts'
import type { BertTokenizer } from '../core/tokenizer/encode.ts'
import type { FineTunedHead } from './fineTunedHead.ts'
import { windowScores } from './questionScores.ts'

export interface TracedTexts {
  readonly text: string
  readonly textPair?: string
  /** Of a qa model: whether "no answer" may be chosen. */
  readonly unanswerable?: boolean
}

/** What goes into a model, and what its logits then mean. */
export interface ReadTexts extends Pick<Trace, 'pieces' | 'cut'> {
  /** @param logits row-major, of one sequence without padding */
  outputOf(logits: Float32Array): TraceOutput
}

type Reader = (texts: TracedTexts) => ReadTexts

/** Labels that are told of each prediction: those that are drawn. */
const mostShares = 6

/** How a head's input is put together and its logits are read: as in predicting, for one sequence. */
export const traceReader = (
  head: FineTunedHead,
  tokenizer: BertTokenizer,
  maxLength: number,
): Reader => {
  switch (head.kind) {
    case 'sentence':
      return textReader(head, tokenizer, maxLength)
    case 'token':
      return wordReader(head, tokenizer, maxLength)
    case 'qa':
      return questionReader(tokenizer, maxLength)
    default:
      return head.kind satisfies never
  }
}

const textReader =
  ({ labels, regression }: FineTunedHead, tokenizer: BertTokenizer, maxLength: number): Reader =>
  ({ text, textPair }) => {
    const pair = textPair === undefined ? {} : { textPair }
    const { ids, typeIds, overflow } = tokenizer.encode(text, { maxLength, ...pair })
    return {
      pieces: piecesOf(tokenizer, ids, typeIds),
      cut: overflow,
      outputOf: (logits) =>
        regression
          ? { kind: 'score', score: logits[0]! }
          : { kind: 'classes', shares: sharesOf(labels, logits), classes: labels.length },
    }
  }

const wordReader =
  ({ labels }: FineTunedHead, tokenizer: BertTokenizer, maxLength: number): Reader =>
  ({ text }) => {
    const kind = labelKindOf(labels)
    const words = wordsOf(tokenizer, text, kind)
    const { ids, typeIds, wordIndex, overflow } = tokenizer.encodeWords(
      words.map((word) => word.text),
      { maxLength },
    )
    const width = labels.length
    const isFirst = (word: number | null, at: number) => word !== null && word !== wordIndex[at - 1]
    return {
      pieces: piecesOf(tokenizer, ids, typeIds),
      cut: overflow,
      outputOf: (logits) => ({
        kind: 'tags',
        spans: kind === 'spans',
        words: wordIndex.flatMap((word, piece) =>
          isFirst(word, piece)
            ? {
                piece,
                ...words[word!]!,
                shares: sharesOf(labels, logits.subarray(piece * width, (piece + 1) * width)),
              }
            : [],
        ),
      }),
    }
  }

const questionReader =
  (tokenizer: BertTokenizer, maxLength: number): Reader =>
  ({ text: question, textPair: context = '', unanswerable = false }) => {
    const stride = defaultStride(maxLength)
    const encoded = new QuestionEncoder(tokenizer, { maxLength, stride }).encode(question, context)
    const window = encoded.windows[0]!
    const { ids, typeIds } = windowInput(encoded, window, tokenizer.vocabulary.special)
    const at = contextAt(encoded)
    return {
      pieces: piecesOf(tokenizer, ids, typeIds),
      cut: encoded.cut + encoded.context.ids.length - window.to,
      outputOf: (logits) => {
        const scores = windowScores(logits, at, window)
        const best = chooseAnswer(context, encoded.context, [scores], { unanswerable })
        const span =
          best.start < 0 ? undefined : answerPieces(encoded.context, best.start, best.end)
        const placed = (noAnswer: number, scored: ArrayLike<number>) => {
          const [none = 0, ...shares] = softmax([noAnswer, ...Array.from(scored)])
          return ids.map((_, piece) => (piece === 0 ? none : (shares[piece - at] ?? 0)))
        }
        return {
          kind: 'answer',
          start: placed(scores.noAnswer.start, scores.start),
          end: placed(scores.noAnswer.end, scores.end),
          text: best.text,
          first: span ? at + span.first : -1,
          last: span ? at + span.last : -1,
          probability: best.probability,
        }
      },
    }
  }

const piecesOf = (
  { vocabulary }: BertTokenizer,
  ids: readonly number[],
  typeIds: readonly number[],
): Trace['pieces'] =>
  ids.map((id, at) => ({ text: vocabulary.tokens[id] ?? '', id, segment: typeIds[at] ?? 0 }))

const sharesOf = (labels: readonly string[], logits: ArrayLike<number>): LabelShare[] =>
  softmax(logits)
    .map((probability, at) => ({ label: labels[at] ?? '', probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, mostShares)
