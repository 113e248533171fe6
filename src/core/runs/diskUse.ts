import fs from 'node:fs'
import path from 'node:path'

/** Bytes of a run's or a sweep's folder. */
export interface DiskUse {
  readonly total: number
  /** Models: weights in `model/`. */
  readonly models: number
  readonly checkpoints: number
}

/** Walks the folder: milliseconds for a run, longer for a sweep of hundreds. */
export const diskUse = (dir: string): DiskUse => {
  const use = { total: 0, models: 0, checkpoints: 0 }
  for (const entry of entriesOf(dir)) {
    if (!entry.isFile()) continue
    const bytes = fs.statSync(path.join(entry.parentPath, entry.name), { throwIfNoEntry: false })
    const size = bytes?.size ?? 0
    use.total += size
    const folder = path.basename(entry.parentPath)
    if (folder === 'checkpoint') use.checkpoints += size
    else if (folder === 'model') use.models += size
  }
  return use
}

/** Whoever is at work there may take files away meanwhile. */
const entriesOf = (dir: string): fs.Dirent[] => {
  try {
    return fs.readdirSync(dir, { withFileTypes: true, recursive: true })
  } catch {
    return []
  }
}
