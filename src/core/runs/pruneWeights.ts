import fs from 'node:fs'
import type { KeepModels } from '../experiment/schema.ts'
import { rankCells } from './bestCell.ts'
import type { Marks } from './marks.ts'
import type { RunRecord } from './records.ts'
import { highestAttempt, layout, writeRun } from './store.ts'

/**
 * Runs whose weights need not be kept (DESIGN §7: results always are): finished ones that are not of
 * the best cell, or with `none` all finished ones. Starred runs keep theirs; so do runs that can
 * still be gone on with.
 */
export const losers = (
  records: readonly RunRecord[],
  marks: Marks,
  policy: KeepModels,
): RunRecord[] => {
  if (policy === 'all') return []
  const best = policy === 'best' ? rankCells(records)[0]?.cell : undefined
  return records.filter(
    ({ id, cell, state, weightsDeleted }) =>
      (state === 'done' || state === 'stoppedEarly') &&
      cell !== best &&
      weightsDeleted !== true &&
      marks.runs[id]?.star !== true,
  )
}

/** Deletes a run's model and checkpoints, and writes that into its record. */
export const deleteWeights = (runDir: string, record: RunRecord): void => {
  // Said first: weights that are there all the same mislead nobody.
  writeRun(runDir, { ...record, weightsDeleted: true })
  for (let attempt = highestAttempt(runDir); attempt > 0; attempt--) {
    fs.rmSync(layout.checkpoint(runDir, attempt), { recursive: true, force: true })
  }
  fs.rmSync(layout.model(runDir), { recursive: true, force: true })
}
