/** Probabilities of logits; their maximum is taken off first, so that none overflows. */
export const softmax = (logits: ArrayLike<number>): number[] => {
  const values = Array.from(logits)
  const highest = Math.max(...values)
  const weights = values.map((logit) => Math.exp(logit - highest))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** −log softmax(logits)[gold]. */
export const crossEntropyOf = (logits: ArrayLike<number>, gold: number): number => {
  const values = Array.from(logits)
  const highest = Math.max(...values)
  const sum = values.reduce((total, logit) => total + Math.exp(logit - highest), 0)
  return highest + Math.log(sum) - values[gold]!
}
