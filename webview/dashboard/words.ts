import { formatRate } from '../../src/core/runs/describe.ts'
import type { GridParameter, Spread } from '../../src/core/stats/analysis.ts'

const names: Record<GridParameter, string> = {
  learningRate: 'learning rate',
  batchSize: 'batch size',
  epochs: 'epochs',
  maxLength: 'max length',
  weightDecay: 'weight decay',
  warmup: 'warm-up',
  dropout: 'dropout',
}
const shortNames: Record<GridParameter, string> = {
  learningRate: 'lr',
  batchSize: 'batch',
  epochs: 'epochs',
  maxLength: 'length',
  weightDecay: 'decay',
  warmup: 'warmup',
  dropout: 'dropout',
}
export const parameterName = (parameter: GridParameter): string => names[parameter]
/** As the filter and the table's head call it. */
export const shortParameterName = (parameter: GridParameter): string => shortNames[parameter]

export const formatParameter = (parameter: GridParameter, value: number): string =>
  parameter === 'learningRate' ? formatRate(value) : String(value)

/** As the filter compares it: a rate of many digits with all of them. */
export const filterValue = (parameter: GridParameter, value: number): string => {
  const short = formatParameter(parameter, value)
  return Number(short) === value ? short : String(value)
}

/** `3 epochs`, `batch 16`, `lr 5e-5`. */
export const parameterPhrase = (parameter: GridParameter, value: number): string =>
  parameter === 'epochs'
    ? `${value} ${value === 1 ? 'epoch' : 'epochs'}`
    : `${shortNames[parameter]} ${formatParameter(parameter, value)}`

/** Digits after the point that a spread (fraction of one) leaves any meaning: of 3 ± 7 none. */
export const digitsFor = (spread: number | undefined): number => {
  if (spread === undefined) return 1
  const points = spread * 100
  if (points >= 4.95) return 0
  return points >= 0.095 || points === 0 ? 1 : 2
}

/** A fraction of one in hundredths, with the digits that its spread allows: `86.4`. */
export const formatMean = (value: number | null, spread: Spread | null): string =>
  value === null ? '–' : (value * 100).toFixed(digitsFor(spread?.value))

export const formatSpread = (spread: Spread | null): string =>
  spread === null ? '' : `± ${(spread.value * 100).toFixed(digitsFor(spread.value))}`

/** `0.4 over 3 seeds`: what a ± is, in words. */
export const spreadKind = (spread: Spread | null): string =>
  spread?.kind === 'seeds' ? 'deviation over seeds' : 'standard error of one seed'

/** A signed difference in points: `+1.2`, `−0.4`. */
export const formatDifference = (difference: number, digits = 1): string => {
  const points = Math.abs(difference * 100).toFixed(digits)
  return `${difference < 0 ? '−' : '+'}${points}`
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
