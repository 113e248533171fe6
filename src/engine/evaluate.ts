import type { RunConfig } from '../core/experiment/config.ts'
import { classificationMetrics } from '../core/metrics/classification.ts'
import type { Metrics } from '../core/metrics/metrics.ts'
import { regressionMetrics } from '../core/metrics/regression.ts'
import { type EncodedExample, makeBatch } from './batches.ts'
import { sortedBatches } from './lengthBatches.ts'
import type { TrainableModel } from './trainableModel.ts'
import type { Prediction } from './writePredictions.ts'

/** Without gradients a batch holds more; beyond this nothing gets faster. */
const evaluationBatch = 32

type Predictor = Pick<TrainableModel, 'predict'>

/** Scores examples, and what was predicted for each, in their order. */
export const evaluate = (
  model: Predictor,
  examples: readonly EncodedExample[],
  config: Pick<RunConfig, 'maxLength' | 'regression' | 'data'>,
  labels: readonly string[],
): { metrics: Metrics; predictions: Prediction[] } => {
  const classes = config.regression ? 1 : labels.length
  const logits = predictAll(model, examples, config.maxLength, classes)
  const gold = examples.map((example) => example.target)
  if (config.regression) {
    const scores = logits.map((row) => row[0]!)
    const predictions = scores.map((score) => ({ values: [score] }))
    return { metrics: regressionMetrics(gold, scores), predictions }
  }
  const probabilities = logits.map(softmax)
  const metrics = classificationMetrics({
    gold,
    predicted: probabilities.map((row) => row.indexOf(Math.max(...row))),
    probabilities,
    labels,
    positiveLabel: config.data.positiveLabel,
  })
  const losses = logits.map((row, index) => crossEntropy(row, gold[index]!))
  const loss = losses.reduce((sum, each) => sum + each, 0) / Math.max(1, losses.length)
  return {
    metrics: { ...metrics, loss },
    predictions: probabilities.map((values) => ({ values })),
  }
}

/** @returns a row of `classes` logits for each example, in their order */
export const predictAll = (
  model: Predictor,
  examples: readonly EncodedExample[],
  maxLength: number,
  classes: number,
): number[][] => {
  const rows = new Array<number[]>(examples.length)
  const lengths = examples.map((example) => example.ids.length)
  for (const indices of sortedBatches(lengths, evaluationBatch)) {
    const batch = makeBatch(
      indices.map((index) => examples[index]!),
      indices.length,
      maxLength,
      classes,
    )
    const logits = model.predict(batch)
    indices.forEach((index, row) => {
      rows[index] = Array.from(logits.subarray(row * classes, (row + 1) * classes))
    })
  }
  return rows
}

export const softmax = (logits: readonly number[]): number[] => {
  const highest = Math.max(...logits)
  const weights = logits.map((logit) => Math.exp(logit - highest))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

const crossEntropy = (logits: readonly number[], gold: number): number => {
  const highest = Math.max(...logits)
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - highest), 0)
  return highest + Math.log(sum) - logits[gold]!
}
