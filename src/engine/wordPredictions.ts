import { encodeInWindows, type WindowSettings } from '../core/data/tokenWindows.ts'
import type { BertTokenizer } from '../core/tokenizer/encode.ts'
import type { EncodedExample } from './batches.ts'
import { type TokenTarget, tokenHead } from './heads/token.ts'
import { predictAll } from './predictAll.ts'
import type { LogitsOf } from './tasks/task.ts'

/** What a token model says of one word. */
export interface WordScores {
  /** The most probable label, as its place in the label order. */
  readonly label: number
  /** In label order. */
  readonly probabilities: readonly number[]
  /** Their logarithms; absent for a word without a piece, which the model did not see. */
  readonly logProbabilities?: readonly number[]
}

export interface WordsModel extends LogitsOf, WindowSettings {
  readonly tokenizer: BertTokenizer
  readonly labels: readonly string[]
}

/** Windows that are in memory at a time; their logits are larger than they. */
const windowsAtOnce = 512

/**
 * Predicts each word of each sentence, long ones in windows.
 *
 * A word without a piece gets `O`, or the first label where there is none.
 */
export const predictWords = (
  model: WordsModel,
  sentences: readonly (readonly string[])[],
): WordScores[][] => {
  const { labels } = model
  const unseen = unseenWord(labels)
  const words: WordScores[][] = sentences.map((sentence) => sentence.map(() => unseen))
  let waiting: PlacedWindow[] = []
  const flush = () => {
    const logits = predictAll(model, tokenHead(labels.length), waiting, model.maxLength)
    waiting.forEach(({ sentence, predicted }, at) => {
      for (const { word, token } of predicted) {
        words[sentence]![word] = scoresOf(logits[at]!, token * labels.length, labels.length)
      }
    })
    waiting = []
  }
  sentences.forEach((sentence, index) => {
    for (const window of encodeInWindows(model.tokenizer, sentence, model)) {
      waiting.push({ ...window, sentence: index, target: [] })
      if (waiting.length === windowsAtOnce) flush()
    }
  })
  if (waiting.length > 0) flush()
  return words
}

interface PlacedWindow extends EncodedExample<TokenTarget> {
  readonly sentence: number
  readonly predicted: readonly { readonly word: number; readonly token: number }[]
}

const unseenWord = (labels: readonly string[]): WordScores => {
  const label = Math.max(0, labels.indexOf('O'))
  return { label, probabilities: labels.map((_, index) => (index === label ? 1 : 0)) }
}

const scoresOf = (logits: Float32Array, from: number, count: number): WordScores => {
  const row = logits.subarray(from, from + count)
  const highest = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const logSum = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - highest), 0)) + highest
  const logProbabilities = Array.from(row, (logit) => logit - logSum)
  return {
    label: row.indexOf(highest),
    probabilities: logProbabilities.map(Math.exp),
    logProbabilities,
  }
}
