import fs from 'node:fs'
import path from 'node:path'
import { Value } from 'typebox/value'
import { type TrainerRecord, TrainerRecordSchema } from '../core/runs/records.ts'
import { layout } from '../core/runs/store.ts'
import { isOtherMachine, isProcessAlive } from './processIdentity.ts'
import { defaultSilenceMs, firstBeat } from './pulse.ts'

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

/** Trainers that other machines have recorded in a store; whether they live shows with time. */
export const recordedElsewhere = (store: string): TrainerRecord[] =>
  readTrainerRecords(store).filter((record) => isOtherMachine(record.process))

/**
 * The one of these that is at work, by its heartbeats changing while this process looks: its processes
 * cannot be seen from here, and its clock is another one. Known at the first beat, within some seconds;
 * that none lives is known after a while.
 */
export const livingElsewhere = async (
  store: string,
  records = recordedElsewhere(store),
  listenMs = defaultSilenceMs(),
): Promise<TrainerRecord | undefined> => {
  const files = records.map(({ seat }) => layout.trainerRecord(store, seat))
  const file = await firstBeat(files, listenMs)
  return records.find((_, at) => files[at] === file)
}
