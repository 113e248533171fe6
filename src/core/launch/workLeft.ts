import { unscoredChoice } from '../runs/sweepEnd.ts'
import type { PlacedRuns } from './place.ts'

/** What a launch has to hand to a trainer, and why. */
export interface WorkLeft {
  /** `score`: all is trained, and the test data are others, or new: the run is scored on them. */
  readonly kind: 'train' | 'score' | 'nothing'
  readonly runs: readonly string[]
}

/** A trainer that is given a run that is over trains nothing: it does what is left at its sweep's end. */
export const workLeft = ({ sweepDir, open }: Pick<PlacedRuns, 'sweepDir' | 'open'>): WorkLeft => {
  if (open.length > 0) return { kind: 'train', runs: open }
  const choice = unscoredChoice(sweepDir)
  return choice ? { kind: 'score', runs: [choice.dir] } : { kind: 'nothing', runs: [] }
}
