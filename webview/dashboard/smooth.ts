/**
 * Exponential moving average, corrected for its start as in Adam, so that the first values are not
 * pulled towards zero. `weight` in [0, 1): 0 changes nothing.
 */
export const smooth = (values: readonly number[], weight: number): number[] => {
  let average = 0
  let correction = 1
  return values.map((value) => {
    average = average * weight + value * (1 - weight)
    correction *= weight
    return average / (1 - correction)
  })
}
