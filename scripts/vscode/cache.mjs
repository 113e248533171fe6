import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** Where Headway keeps what it fetched; the same rule as src/runtime/cache.ts. */
export const cacheDir = () => {
  if (process.env.HEADWAY_CACHE) return path.resolve(process.env.HEADWAY_CACHE)
  if (process.env.XDG_CACHE_HOME) return path.join(process.env.XDG_CACHE_HOME, 'headway')
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library/Caches/headway')
  if (process.platform === 'win32' && process.env.LOCALAPPDATA)
    return path.join(process.env.LOCALAPPDATA, 'headway')
  return path.join(os.homedir(), '.cache/headway')
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const isRunning = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

const releaseIfStale = (lock) => {
  let pid = 0
  try {
    pid = Number(fs.readFileSync(path.join(lock, 'pid'), 'utf8'))
  } catch {
    // Between mkdir and the pid there is a moment without it: only an old lock is stale then.
    const age = Date.now() - (fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age < 10_000) return
  }
  if (pid === 0 || !isRunning(pid)) fs.rmSync(lock, { recursive: true, force: true })
}

const acquire = async (lock) => {
  for (;;) {
    try {
      fs.mkdirSync(lock)
      fs.writeFileSync(path.join(lock, 'pid'), String(process.pid))
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      releaseIfStale(lock)
      await sleep(500)
    }
  }
}

/**
 * Fills `target` through `build(temporaryFolder)` unless it is there already. Built beside it and
 * renamed, so that `target` is whole or absent; two processes at once take turns.
 */
export const installOnce = async (target, build) => {
  if (fs.existsSync(target)) return
  fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 })
  const lock = `${target}.lock`
  await acquire(lock)
  const temporary = `${target}.partial`
  try {
    if (fs.existsSync(target)) return
    fs.rmSync(temporary, { recursive: true, force: true })
    fs.mkdirSync(temporary, { mode: 0o700 })
    await build(temporary)
    fs.renameSync(temporary, target)
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true })
    fs.rmSync(lock, { recursive: true, force: true })
  }
}

/** Size of a folder in MB, links not followed. */
export const folderMB = (folder) => {
  let bytes = 0
  for (const entry of fs.readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile())
      bytes +=
        fs.statSync(path.join(entry.parentPath ?? entry.path, entry.name), {
          throwIfNoEntry: false,
        })?.size ?? 0
  return Math.round(bytes / 1e6)
}
