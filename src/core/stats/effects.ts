import { type GridParameter, gridParameters, type ParameterEffect } from './analysis.ts'
import { solveNormalEquations } from './normalEquations.ts'
import { twoSidedT } from './studentT.ts'

/** A cell's parameters and its mean score. */
export interface ScoredCell {
  readonly parameters: Readonly<Record<GridParameter, number>>
  readonly mean: number
}

/**
 * Marginal mean of each value of each parameter that varies (Searle, Speed and Milliken 1980,
 * "Population marginal means"): what the additive model
 *
 *     mean of a cell = μ + Σ over parameters (effect of its value) + error
 *
 * fitted by least squares, predicts on average over all combinations of the other parameters'
 * values. In a full grid this is the plain mean of the cells with that value; where cells are
 * missing it does not favour the values that met good company. Interval: ± t(0.975, cells −
 * coefficients) · √(s² · l'(X'X)⁻¹l), s² the residual variance: the scatter of cells about an
 * additive model. It holds for comparing values on this dev set, whose own luck moves all cells
 * alike. Where the model cannot be fitted, or leaves no residuals, the plain means without interval.
 *
 * Equal to statsmodels' `OLS(...).fit().t_test(l)`.
 */
export const parameterEffects = (cells: readonly ScoredCell[]): ParameterEffect[] => {
  const varying = gridParameters
    .map((parameter) => ({
      parameter,
      values: [...new Set(cells.map(({ parameters }) => parameters[parameter]))].sort(
        (a, b) => a - b,
      ),
    }))
    .filter(({ values }) => values.length > 1)
  const offsets = columnOffsets(varying)
  const columns = varying.reduce((sum, { values }) => sum + values.length - 1, 1)
  const rows = cells.map(({ parameters }) => {
    const row = new Array<number>(columns).fill(0)
    row[0] = 1
    varying.forEach(({ parameter, values }, at) => {
      const place = values.indexOf(parameters[parameter])
      if (place > 0) row[offsets[at]! + place - 1] = 1
    })
    return row
  })
  const fit = solveNormalEquations(
    rows,
    cells.map(({ mean }) => mean),
  )
  const df = cells.length - columns
  // What is left of a perfect fit is rounding, as the scatter of equal scores is.
  const margin = fit && df > 0 ? twoSidedT(0.95, df) * Math.sqrt(fit.residualSquares / df) : null
  return varying.map(({ parameter, values }, at) => ({
    parameter,
    values: values.map((value, place) => {
      const own = cells.filter(({ parameters }) => parameters[parameter] === value)
      const plain = own.reduce((sum, { mean }) => sum + mean, 0) / own.length
      if (!fit) return { value, mean: plain, low: null, high: null, cells: own.length }
      const weights = marginalWeights(varying, offsets, columns, at, place)
      const mean = dot(weights, fit.coefficients)
      const scale = Math.sqrt(quadraticForm(weights, fit.inverse))
      return {
        value,
        mean,
        low: margin === null ? null : mean - margin * scale,
        high: margin === null ? null : mean + margin * scale,
        cells: own.length,
      }
    }),
  }))
}

type Varying = readonly { readonly values: readonly number[] }[]

/** First column of each parameter; its first value has none, it is the intercept's. */
const columnOffsets = (varying: Varying): number[] => {
  let next = 1
  return varying.map(({ values }) => {
    const own = next
    next += values.length - 1
    return own
  })
}

/** The row of a value, averaged over all values of the other parameters. */
const marginalWeights = (
  varying: Varying,
  offsets: readonly number[],
  columns: number,
  parameter: number,
  place: number,
): number[] => {
  const weights = new Array<number>(columns).fill(0)
  weights[0] = 1
  varying.forEach(({ values }, at) => {
    for (let value = 1; value < values.length; value++) {
      const share = at === parameter ? Number(value === place) : 1 / values.length
      weights[offsets[at]! + value - 1] = share
    }
  })
  return weights
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * b[at]!, 0)

const quadraticForm = (x: readonly number[], matrix: readonly (readonly number[])[]): number =>
  Math.max(
    0,
    dot(
      x,
      matrix.map((row) => dot(row, x)),
    ),
  )
