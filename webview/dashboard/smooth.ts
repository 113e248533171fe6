/**
 * Exponential moving average, corrected for its start as in Adam, so that the first values are not
 * pulled towards zero. `weight` in [0, 1) is by step: 0 changes nothing. Where steps were left out,
 * `steps` says which ones the values are of, and a value counts for all since the one before.
 */
export const smooth = (
  values: readonly number[],
  weight: number,
  steps?: readonly number[],
): number[] => {
  let average = 0
  let correction = 1
  return values.map((value, at) => {
    const passed = steps ? (steps[at] ?? 0) - (steps[at - 1] ?? (steps[0] ?? 0) - 1) : 1
    const kept = weight ** passed
    average = average * kept + value * (1 - kept)
    correction *= kept
    return average / (1 - correction)
  })
}
