export interface LeastSquares {
  readonly coefficients: readonly number[]
  /** (X'X)⁻¹ */
  readonly inverse: readonly (readonly number[])[]
  readonly residualSquares: number
}

/** A pivot below this is rounding: designs here are of zeros and ones. */
const leastPivot = 1e-9

/**
 * Least squares by Gauss and Jordan on X'X; for designs of few columns of zeros and ones, whose
 * condition is harmless. Undefined where the columns are not independent.
 * @param rows X [row][column]
 */
export const solveNormalEquations = (
  rows: readonly (readonly number[])[],
  targets: readonly number[],
): LeastSquares | undefined => {
  const columns = rows[0]?.length ?? 0
  const products = Array.from({ length: columns }, (_, i) =>
    Array.from({ length: columns }, (_, j) =>
      rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0),
    ),
  )
  const inverse = invert(products)
  if (!inverse || columns === 0) return undefined
  const moments = Array.from({ length: columns }, (_, i) =>
    rows.reduce((sum, row, at) => sum + row[i]! * targets[at]!, 0),
  )
  const coefficients = inverse.map((row) => dot(row, moments))
  const residualSquares = rows.reduce(
    (sum, row, at) => sum + (targets[at]! - dot(row, coefficients)) ** 2,
    0,
  )
  return { coefficients, inverse, residualSquares }
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * b[at]!, 0)

const invert = (matrix: readonly (readonly number[])[]): number[][] | undefined => {
  const size = matrix.length
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => Number(i === j))])
  for (let column = 0; column < size; column++) {
    const below = work.slice(column).map((row) => Math.abs(row[column]!))
    const largest = Math.max(...below)
    if (largest < leastPivot) return undefined
    const from = column + below.indexOf(largest)
    const pivot = work[from]!
    work[from] = work[column]!
    work[column] = pivot.map((value) => value / pivot[column]!)
    const unit = work[column]!
    for (const [at, row] of work.entries()) {
      const factor = row[column]!
      if (at === column || factor === 0) continue
      work[at] = row.map((value, j) => value - factor * unit[j]!)
    }
  }
  return work.map((row) => row.slice(size))
}
