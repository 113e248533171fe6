import fs from 'node:fs'
import path from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { InputError, messageOf } from '../errors.ts'
import { writeJsonAtomic } from '../files/atomicFile.ts'
import { layout, readSweep } from './store.ts'
import { updateSweep } from './updateSweep.ts'

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
  const position = run === undefined ? -1 : readSweep(sweepDir).runs.indexOf(run)
  const trashed: Static<typeof TrashedSchema> = {
    format: 1,
    from: from.join('/'),
    deleted: now,
    expires: now + keptMs,
    ...(position < 0 ? {} : { position }),
  }
  const folder = path.join(layout.trash(store), id)
  writeJsonAtomic(path.join(folder, 'trash.json'), trashed)
  // What may fail (a file that is open on Windows, a link to another disk) before what cannot be undone.
  try {
    fs.renameSync(dir, path.join(folder, 'content'))
  } catch (error) {
    fs.rmSync(folder, { recursive: true, force: true })
    throw new InputError(`${dir} cannot be moved into the trash: ${messageOf(error)}.`)
  }
  if (run !== undefined) changeList(sweepDir, (runs) => runs.filter((each) => each !== run))
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
  const { position } = trashed
  if (run !== undefined && position !== undefined) {
    changeList(sweepDir, (runs) => {
      const others = runs.filter((each) => each !== run)
      return [...others.slice(0, position), run, ...others.slice(position)]
    })
  }
  fs.rmSync(folder, { recursive: true, force: true })
  return dir
}

/** Deletes for good what has expired; `all`: everything. */
export const emptyTrash = (store: string, now = Date.now(), all = false): void => {
  for (const { id, expires } of listTrash(store)) {
    if (!all && expires > now) continue
    fs.rmSync(path.join(layout.trash(store), id), { recursive: true, force: true })
  }
}

const changeList = (sweepDir: string, change: (runs: readonly string[]) => string[]): void => {
  updateSweep(sweepDir, (sweep) => sweep && { ...sweep, runs: change(sweep.runs) })
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
