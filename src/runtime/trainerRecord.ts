import fs from 'node:fs'
import path from 'node:path'
import { Value } from 'typebox/value'
import { type TrainerRecord, TrainerRecordSchema } from '../core/runs/records.ts'
import { layout } from '../core/runs/store.ts'
import { isOtherMachine, isProcessAlive } from './processIdentity.ts'

/** A living trainer touches its record at each heartbeat; this long without, it is gone. */
const silentAfterMs = 30_000

/** What the trainer's record of a seat says, or undefined where there is none that can be read. */
export const readTrainerSeat = (store: string, seat: number): TrainerRecord | undefined => {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(layout.trainerRecord(store, seat), 'utf8'))
    return Value.Check(TrainerRecordSchema, value) ? value : undefined
  } catch {
    return undefined
  }
}

/** All trainers of a store that have a record, living or not; several with `--parallel`. */
export const readTrainerRecords = (store: string): TrainerRecord[] => {
  const folder = path.dirname(layout.trainerRecord(store))
  if (!fs.existsSync(folder)) return []
  return fs
    .readdirSync(folder)
    .flatMap((name) => /^trainer(?:-(\d+))?\.json$/.exec(name)?.slice(1) ?? [])
    .map((seat) => Number(seat ?? 0))
    .sort((a, b) => a - b)
    .flatMap((seat) => readTrainerSeat(store, seat) ?? [])
}

/** The store's trainer; of several a living one. Undefined where there is none that can be read. */
export const readTrainerRecord = (store: string): TrainerRecord | undefined => {
  const first = readTrainerSeat(store, 0)
  if (first && isAlive(first)) return first
  const all = readTrainerRecords(store)
  return all.find(isAlive) ?? all[0]
}

/** Whether that trainer runs, on this machine; of another machine's it is always false. */
export const isAlive = (record: TrainerRecord): boolean => isProcessAlive(record.process)

/** A trainer on another machine, over a shared folder, is known by its heartbeats alone. */
export const isAtWorkElsewhere = (store: string, record: TrainerRecord): boolean => {
  if (!isOtherMachine(record.process)) return false
  const file = layout.trainerRecord(store, record.seat)
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  return stat !== undefined && Date.now() - stat.mtimeMs < silentAfterMs
}
