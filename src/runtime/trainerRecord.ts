import fs from 'node:fs'
import { Value } from 'typebox/value'
import { type TrainerRecord, TrainerRecordSchema } from '../core/runs/records.ts'
import { layout } from '../core/runs/store.ts'
import { isOtherMachine, isProcessAlive } from './processIdentity.ts'

/** A living trainer touches its record at each heartbeat; this long without, it is gone. */
const silentAfterMs = 30_000

/** What `trainer.json` of a store says, or undefined where there is none that can be read. */
export const readTrainerRecord = (store: string): TrainerRecord | undefined => {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(layout.trainerRecord(store), 'utf8'))
    return Value.Check(TrainerRecordSchema, value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether that trainer runs, on this machine; of another machine's it is always false. */
export const isAlive = (record: TrainerRecord): boolean => isProcessAlive(record.process)

/** A trainer on another machine, over a shared folder, is known by its heartbeats alone. */
export const isAtWorkElsewhere = (store: string, record: TrainerRecord): boolean => {
  if (!isOtherMachine(record.process)) return false
  const stat = fs.statSync(layout.trainerRecord(store), { throwIfNoEntry: false })
  return stat !== undefined && Date.now() - stat.mtimeMs < silentAfterMs
}
