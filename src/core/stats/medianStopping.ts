/** One score of a run on dev: the selection metric after an epoch; null where it is undefined. */
export interface EpochScore {
  readonly epoch: number
  readonly score: number | null
}

/** Fewer finished runs than this say little about what is usual. */
const leastOthers = 3

/**
 * The median stopping rule: a run is hopeless where its best score so far is below the median of
 * the other runs' running averages up to the same epoch. Higher is better; an undefined score
 * counts as 0. Never true before three other runs have finished.
 *
 * Source: Golovin et al. 2017, "Google Vizier", §3.2.2.
 * @param others histories of the *finished* runs on the same data
 * @param own the running one's, at least one score
 */
export const shouldStopEarly = (
  others: readonly (readonly EpochScore[])[],
  own: readonly EpochScore[],
): boolean => {
  if (own.length === 0) return false
  const epoch = Math.max(...own.map((each) => each.epoch))
  const best = Math.max(...own.map(scoreOf))
  const averages = others
    .map((history) => history.filter((each) => each.epoch <= epoch).map(scoreOf))
    .filter((scores) => scores.length > 0)
    .map((scores) => scores.reduce((sum, score) => sum + score, 0) / scores.length)
  return averages.length >= leastOthers && best < median(averages)
}

const scoreOf = ({ score }: EpochScore): number => score ?? 0

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
