import { writeFileAtomic } from '../core/runs/store.ts'
import type { DevExample } from './taskData.ts'

/** What the model says of one example: probabilities by class, or one score. */
export interface Prediction {
  readonly values: readonly number[]
}

/** `predictions.jsonl`: one dev example a line, in the file's order; fields in docs/formats.md. */
export const writePredictions = (
  file: string,
  examples: readonly DevExample[],
  predictions: readonly Prediction[],
  labels: readonly string[],
): void => {
  const lines = predictions.map(({ values }, index) => {
    const { line, target } = examples[index]!
    const rounded = values.map((value) => Number(value.toPrecision(6)))
    if (labels.length === 0) {
      return JSON.stringify({ index, line, gold: target, predicted: rounded[0] })
    }
    const predicted = labels[values.indexOf(Math.max(...values))]
    const gold = labels[target]
    return JSON.stringify({ index, line, gold, predicted, probabilities: rounded })
  })
  writeFileAtomic(file, lines.map((line) => `${line}\n`).join(''))
}
