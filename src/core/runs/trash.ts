import fs from 'node:fs'
import path from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { InputError } from '../errors.ts'
import { writeJsonAtomic } from '../files/atomicFile.ts'
import { layout, readSweep, writeSweep } from './store.ts'

const dayMs = 86_400_000
/** How long a deletion can be undone. */
const keptMs = 7 * dayMs

/** `trash.json` beside what was deleted. Paths are relative to the store, with `/`. */
const TrashedSchema = Type.Object({
  format: Type.Literal(1),
  /** Folder of the sweep or the run, where it was. */
  from: Type.String(),
  deleted: Type.Number(),
  expires: Type.Number(),
  /** Of a run: its place in the sweep's list. */
  position: Type.Optional(Type.Integer()),
})

export interface Trashed extends Static<typeof TrashedSchema> {
  /** What `undoDelete` takes. */
  readonly id: string
}

/**
 * Moves a run's or a sweep's folder into `.headway/trash/`: gone from every list, and back with
 * `undoDelete` for seven days. Nobody may be at work on it: the caller has looked.
 * @throws InputError where it is not in the store
 */
export const deleteToTrash = (store: string, dir: string, now = Date.now()): Trashed => {
  const from = path.relative(layout.sweeps(store), dir).split(path.sep)
  const [sweep, , run] = from
  if (sweep === undefined || sweep === '' || sweep === '..' || !fs.existsSync(dir)) {
    throw new InputError(`${dir} is no run and no sweep of ${store}.`)
  }
  const id = freeName(store, `${now}-${run ?? sweep}`)
  const sweepDir = layout.sweep(store, sweep)
  const position = run === undefined ? undefined : takeFromList(sweepDir, run)
  const trashed: Static<typeof TrashedSchema> = {
    format: 1,
    from: from.join('/'),
    deleted: now,
    expires: now + keptMs,
    ...(position === undefined || position < 0 ? {} : { position }),
  }
  const folder = path.join(layout.trash(store), id)
  writeJsonAtomic(path.join(folder, 'trash.json'), trashed)
  fs.renameSync(dir, path.join(folder, 'content'))
  return { ...trashed, id }
}

/** What can be brought back, the latest deleted first. */
export const listTrash = (store: string): Trashed[] => {
  const folder = layout.trash(store)
  if (!fs.existsSync(folder)) return []
  return fs
    .readdirSync(folder)
    .flatMap((id) => {
      const trashed = readTrashed(path.join(folder, id))
      return trashed ? [{ ...trashed, id }] : []
    })
    .sort((a, b) => b.deleted - a.deleted)
}

/**
 * Puts what was deleted back where it was; returns its folder.
 * @throws InputError where it is gone, or its place is taken
 */
export const undoDelete = (store: string, id: string): string => {
  const folder = path.join(layout.trash(store), path.basename(id))
  const trashed = readTrashed(folder)
  if (!trashed) throw new InputError(`${JSON.stringify(id)} is not in the trash any more.`)
  const dir = path.join(layout.sweeps(store), ...trashed.from.split('/'))
  const [sweep = '', , run] = trashed.from.split('/')
  const sweepDir = layout.sweep(store, sweep)
  if (fs.existsSync(dir)) {
    throw new InputError(`${dir} is there again: it cannot be put back from the trash.`)
  }
  if (run !== undefined && !fs.existsSync(layout.sweepRecord(sweepDir))) {
    throw new InputError(`The sweep ${sweep} of this run is gone: bring it back first.`)
  }
  fs.mkdirSync(path.dirname(dir), { recursive: true })
  fs.renameSync(path.join(folder, 'content'), dir)
  fs.rmSync(folder, { recursive: true, force: true })
  if (run !== undefined && trashed.position !== undefined) {
    const record = readSweep(sweepDir)
    const runs = record.runs.filter((each) => each !== run)
    runs.splice(trashed.position, 0, run)
    writeSweep(sweepDir, { ...record, runs })
  }
  return dir
}

/** Deletes for good what has expired; `all`: everything. */
export const emptyTrash = (store: string, now = Date.now(), all = false): void => {
  for (const { id, expires } of listTrash(store)) {
    if (!all && expires > now) continue
    fs.rmSync(path.join(layout.trash(store), id), { recursive: true, force: true })
  }
}

/** @returns the place it had, −1 where it was not in the list */
const takeFromList = (sweepDir: string, run: string): number => {
  const record = readSweep(sweepDir)
  const position = record.runs.indexOf(run)
  if (position >= 0) {
    writeSweep(sweepDir, { ...record, runs: record.runs.filter((each) => each !== run) })
  }
  return position
}

const readTrashed = (folder: string): Static<typeof TrashedSchema> | undefined => {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(path.join(folder, 'trash.json'), 'utf8'))
    const sound = Value.Check(TrashedSchema, value) && !value.from.split('/').includes('..')
    return sound && fs.existsSync(path.join(folder, 'content')) ? value : undefined
  } catch {
    return undefined
  }
}

const freeName = (store: string, name: string): string => {
  const taken = (each: string) => fs.existsSync(path.join(layout.trash(store), each))
  for (let number = 1; ; number++) {
    const id = number === 1 ? name : `${name}-${number}`
    if (!taken(id)) return id
  }
}
