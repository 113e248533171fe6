/**
 * Two-sided quantile of Student's t: the value that |t| exceeds with probability 1 − level. Equal to
 * SciPy's `t.ppf((1 + level) / 2, df)` to 1e-9. Infinite for df < 1.
 */
export const twoSidedT = (level: number, df: number): number => {
  if (df < 1) return Number.POSITIVE_INFINITY
  let low = 0
  let high = 1
  while (withinT(high, df) < level) high *= 2
  for (let halving = 0; halving < 200 && high - low > 1e-12 * high; halving++) {
    const middle = (low + high) / 2
    if (withinT(middle, df) < level) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * The t of df degrees of freedom that is about as unlikely as this normal value (Wallace 1959):
 * within 1 % from df = 10 on, some percent too large below. Infinite for df < 1.
 */
export const tLikeNormal = (normal: number, df: number): number => {
  if (df < 1) return Number.POSITIVE_INFINITY
  const corrected = (normal * (8 * df + 3)) / (8 * df + 1)
  return Math.sqrt(df * Math.expm1((corrected * corrected) / df))
}

/** P(|t| ≤ value) = 1 − I(df / (df + value²); df/2, 1/2) (Abramowitz and Stegun 26.7.1). */
const withinT = (value: number, df: number): number =>
  1 - incompleteBeta(df / (df + value * value), df / 2, 0.5)

/** Regularized incomplete beta function by its continued fraction (Numerical Recipes §6.4). */
export const incompleteBeta = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  )
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b
}

const tiny = 1e-300
const awayFromZero = (value: number): number => (Math.abs(value) < tiny ? tiny : value)

/** Lentz's method. */
const betaFraction = (x: number, a: number, b: number): number => {
  let c = 1
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / awayFromZero(1 + even * d)
    c = awayFromZero(1 + even / c)
    fraction *= c * d
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / awayFromZero(1 + odd * d)
    c = awayFromZero(1 + odd / c)
    fraction *= c * d
    if (Math.abs(c * d - 1) < 1e-15) break
  }
  return fraction
}

// Lanczos' approximation with g = 7 and nine terms (Godfrey's coefficients); error below 1e-14.
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
]

/** ln Γ(x) for x > 0. */
export const logGamma = (x: number): number => {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const shifted = x - 1
  const base = shifted + 7.5
  const series = lanczos.reduce(
    (sum, term, at) => (at === 0 ? term : sum + term / (shifted + at)),
    0,
  )
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series)
}
