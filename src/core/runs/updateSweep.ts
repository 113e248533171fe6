import fs from 'node:fs'
import { withFolderLock } from './folderLock.ts'
import type { SweepRecord } from './records.ts'
import { layout, readSweep, writeSweep } from './store.ts'

/**
 * Changes a sweep's record as it is at this moment: of a launch, a deletion and a trainer's test score
 * that come at once, none loses the other's.
 * @param change undefined: nothing is written, as where the folder is gone; it gets undefined where there
 * is no record yet
 * @throws InputError where the record is damaged
 */
export const updateSweep = <T extends SweepRecord | undefined>(
  sweepDir: string,
  change: (there: SweepRecord | undefined) => T,
): T => {
  // Deleted: the lock would make its folder again, in the way of *Undo*.
  if (!fs.existsSync(sweepDir)) return change(undefined)
  return withFolderLock(`${layout.sweepRecord(sweepDir)}.lock`, () => {
    const there = fs.existsSync(layout.sweepRecord(sweepDir)) ? readSweep(sweepDir) : undefined
    const changed = change(there)
    if (changed) writeSweep(sweepDir, changed)
    return changed
  })
}
