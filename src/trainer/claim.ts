import fs from 'node:fs'
import { writeJsonAtomic } from '../core/files/atomicFile.ts'
import { withFolderLock } from '../core/runs/folderLock.ts'
import type { TrainerRecord } from '../core/runs/records.ts'
import { layout } from '../core/runs/store.ts'
import { isAlive, isAtWorkElsewhere, readTrainerSeat } from '../runtime/trainerRecord.ts'

/** Makes this trainer the store's (or one seat's of it). False where a living one is there already. */
export const claimStore = (store: string, record: TrainerRecord): boolean =>
  withLock(store, () => {
    const present = readTrainerSeat(store, record.seat ?? 0)
    if (present && (isAlive(present) || isAtWorkElsewhere(store, present))) return false
    writeJsonAtomic(layout.trainerRecord(store, record.seat), record)
    return true
  })

/** Gives the store back, if it is still this trainer's. */
export const releaseStore = (store: string, record: TrainerRecord): void =>
  withLock(store, () => {
    const present = readTrainerSeat(store, record.seat ?? 0)
    if (present?.socket === record.socket) {
      fs.rmSync(layout.trainerRecord(store, record.seat), { force: true })
    }
  })

const withLock = <T>(store: string, action: () => T): T =>
  withFolderLock(`${layout.trainerRecord(store)}.lock`, action)
