import fs from 'node:fs'
import { writeJsonAtomic } from '../core/files/atomicFile.ts'
import { withFolderLock } from '../core/runs/folderLock.ts'
import type { TrainerRecord } from '../core/runs/records.ts'
import { layout } from '../core/runs/store.ts'
import {
  isAlive,
  livingElsewhere,
  readTrainerSeat,
  recordedElsewhere,
} from '../runtime/trainerRecord.ts'

/**
 * Makes this trainer the store's (or one seat's of it). False where a living one is there already, or
 * one of another machine is in any seat.
 * @param gone sockets of trainers of other machines that its launcher has found dead
 */
export const claimStore = async (
  store: string,
  record: TrainerRecord,
  gone: readonly string[] = [],
): Promise<boolean> => {
  const dead = new Set(gone)
  for (;;) {
    const outcome = withLock(store, () => tryClaim(store, record, dead))
    if (typeof outcome === 'boolean') return outcome
    if (await livingElsewhere(store, outcome)) return false
    for (const { socket } of outcome) dead.add(socket)
  }
}

/** Trainers elsewhere of which is not known yet whether they live stand in the way. */
const tryClaim = (
  store: string,
  record: TrainerRecord,
  dead: ReadonlySet<string>,
): boolean | TrainerRecord[] => {
  const elsewhere = recordedElsewhere(store)
  const unsure = elsewhere.filter(({ socket }) => !dead.has(socket))
  if (unsure.length > 0) return unsure
  for (const { seat } of elsewhere) fs.rmSync(layout.trainerRecord(store, seat), { force: true })
  const present = readTrainerSeat(store, record.seat ?? 0)
  if (present && isAlive(present)) return false
  writeJsonAtomic(layout.trainerRecord(store, record.seat), record)
  return true
}

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
