import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { InputError, messageOf } from '../core/errors.ts'

/** What the trainer needs of `dist/`; those that are not there are left out. */
const parts = ['trainer.js', 'trainerIo.js', 'wasm']
const required = ['trainer.js', 'trainerIo.js']
const keptCopies = 5
const keptDays = 14

/**
 * Copies the trainer into `<cache>/trainer/<version>-<hash>/`, once per version, since an update of
 * the extension deletes its folder under a trainer that runs. Returns the copy's script.
 */
export const copyTrainer = (trainerScript: string, cache: string, version: string): string => {
  const from = path.dirname(trainerScript)
  const copies = path.join(cache, 'trainer')
  const to = path.join(copies, `${version}-${hashOf(from)}`)
  if (!isWhole(to)) {
    makeFolder(copies)
    copyInto(from, to)
    removeOldCopies(copies, to)
  }
  fs.utimesSync(to, new Date(), new Date())
  return path.join(to, 'trainer.js')
}

const makeFolder = (folder: string): void => {
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new InputError(
      `The cache folder ${folder} cannot be written (${messageOf(error)}); set HEADWAY_CACHE to one that can.`,
    )
  }
}

const hashOf = (folder: string): string => {
  const hash = createHash('sha256')
  for (const name of required) {
    const file = path.join(folder, name)
    if (!fs.existsSync(file)) {
      throw new InputError(`${file} is missing: build Headway, or install the extension again.`)
    }
    hash.update(fs.readFileSync(file))
  }
  return hash.digest('hex').slice(0, 16)
}

/** Something may have cleaned the cache file by file. */
const isWhole = (copy: string): boolean =>
  required.every((name) => fs.existsSync(path.join(copy, name)))

const copyInto = (from: string, to: string): void => {
  const temporary = `${to}.${randomBytes(4).toString('hex')}.tmp`
  try {
    fs.mkdirSync(temporary, { mode: 0o700 })
    for (const name of parts) {
      const source = path.join(from, name)
      if (fs.existsSync(source)) {
        fs.cpSync(source, path.join(temporary, name), { recursive: true, dereference: true })
      }
    }
    if (!isWhole(to)) fs.rmSync(to, { recursive: true, force: true })
    fs.renameSync(temporary, to)
  } catch (error) {
    fs.rmSync(temporary, { recursive: true, force: true })
    // Two launches at once: the other one's copy is the same.
    if (!isWhole(to)) throw error
  }
}

const removeOldCopies = (copies: string, newest: string): void => {
  const oldest = Date.now() - keptDays * 86_400_000
  const others = fs
    .readdirSync(copies)
    .map((name) => path.join(copies, name))
    .filter((folder) => folder !== newest)
    .map((folder) => ({ folder, used: fs.statSync(folder).mtimeMs }))
    .sort((a, b) => b.used - a.used)
  for (const { folder, used } of others.slice(keptCopies)) {
    if (used < oldest) fs.rmSync(folder, { recursive: true, force: true })
  }
}
