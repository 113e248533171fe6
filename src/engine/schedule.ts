/**
 * Linear warm-up to the peak, then linear decay to 0: `get_linear_schedule_with_warmup` of
 * `transformers`, warm-up steps rounded up as its Trainer does.
 *
 * @param step from 1; the first has rate 0 where there is a warm-up, as in the original
 */
export const learningRateAt = (
  step: number,
  totalSteps: number,
  warmupShare: number,
  peak: number,
): number => {
  const warmupSteps = Math.ceil(totalSteps * warmupShare)
  const done = step - 1
  if (done < warmupSteps) return (peak * done) / Math.max(1, warmupSteps)
  return peak * Math.max(0, (totalSteps - done) / Math.max(1, totalSteps - warmupSteps))
}
