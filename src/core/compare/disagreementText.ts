import type { Predictions } from '../runs/predictions.ts'
import { disagreements } from '../stats/disagreements.ts'

/** The two sides of an editor that shows differences. */
export interface DisagreementTexts {
  readonly left: string
  readonly right: string
  readonly count: number
}

/**
 * The dev examples on which two runs disagree, as two texts of the same lines but for what is
 * predicted. `textAt` knows an example's text where the predictions do not hold it.
 */
export const disagreementTexts = (
  left: Predictions,
  right: Predictions,
  textAt: (line: number) => string | undefined,
): DisagreementTexts => {
  const found = disagreements(left, right)
  const side = (predictions: Predictions): string =>
    found.map(({ index, line }) => block(predictions, index, line, textAt)).join('\n')
  return { left: side(left), right: side(right), count: found.length }
}

const block = (
  predictions: Predictions,
  at: number,
  line: number,
  textAt: (line: number) => string | undefined,
): string => {
  const { gold, predicted, text } = describeRow(predictions, at)
  return [
    `line ${line}`,
    `  text       ${oneLine(text ?? textAt(line) ?? '(not found in the data file)')}`,
    `  gold       ${oneLine(gold)}`,
    `  predicted  ${oneLine(predicted)}`,
    '',
  ].join('\n')
}

interface RowWords {
  readonly gold: string
  readonly predicted: string
  readonly text?: string
}

const nothing: RowWords = { gold: '', predicted: '' }

const describeRow = (predictions: Predictions, at: number): RowWords => {
  switch (predictions.kind) {
    case 'classes': {
      const row = predictions.rows[at]
      if (!row) return nothing
      const sure =
        row.probabilities.length === 0 ? '' : ` (${percent(Math.max(...row.probabilities))})`
      return { gold: row.gold, predicted: `${row.predicted}${sure}` }
    }
    case 'scores': {
      const row = predictions.rows[at]
      return row ? { gold: String(row.gold), predicted: row.predicted.toFixed(2) } : nothing
    }
    case 'tokens': {
      const row = predictions.rows[at]
      if (!row) return nothing
      const { words, gold, predicted } = row
      return {
        gold: tagged(words, gold),
        predicted: tagged(words, predicted),
        text: words.join(' '),
      }
    }
    case 'answers': {
      const row = predictions.rows[at]
      if (!row) return nothing
      return {
        gold: row.gold.length === 0 ? 'no answer' : [...new Set(row.gold)].join(' | '),
        predicted: `${row.predicted === '' ? 'no answer' : row.predicted} (${percent(row.probability)})`,
        text: row.question,
      }
    }
    default:
      return predictions satisfies never
  }
}

const percent = (probability: number): string => `${Math.round(100 * probability)} %`

/** `Ada [PER] in New York [LOC]`: a span's type once, after its last word. */
const tagged = (words: readonly string[], tags: readonly string[]): string =>
  words
    .map((word, at) => {
      const tag = tags[at] ?? 'O'
      if (tag === 'O') return word
      const type = tag.replace(/^[BI]-/, '')
      return tags[at + 1] === `I-${type}` ? word : `${word} [${type}]`
    })
    .join(' ')

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()
