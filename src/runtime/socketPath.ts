import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { InputError, messageOf } from '../core/errors.ts'

/** `sun_path` holds 104 bytes on macOS and 108 on Linux. */
export const longestSocketPath = 99

/** Leftovers younger than this may be a server between bind and listen. */
const staleAfterMs = 60_000

type Environment = Readonly<Record<string, string | undefined>>

/**
 * A new name for a trainer's socket, in a folder that only this user can enter.
 * @throws InputError where every candidate folder belongs to or is open to others.
 */
export const newSocketPath = (env: Environment = process.env): string => {
  const name = randomBytes(6).toString('hex')
  if (process.platform === 'win32') return `\\\\.\\pipe\\headway-${userHash()}-${name}`
  const reasons: string[] = []
  for (const folder of candidateFolders(env)) {
    const socket = path.join(folder, `${name}.sock`)
    if (Buffer.byteLength(socket) > longestSocketPath) continue
    try {
      ensurePrivateFolder(folder)
      return socket
    } catch (error) {
      reasons.push(messageOf(error))
    }
  }
  throw new InputError(`There is no private folder for the trainer's socket. ${reasons.join(' ')}`)
}

const candidateFolders = (env: Environment): string[] => {
  const own = `headway-${process.getuid?.() ?? 0}`
  const runtime = env.XDG_RUNTIME_DIR
  return [
    ...(runtime && path.isAbsolute(runtime) ? [path.join(runtime, 'headway')] : []),
    path.join(path.resolve(env.TMPDIR || os.tmpdir()), own),
    path.join('/tmp', own),
  ]
}

/** Makes the folder with mode 0700 where it is missing, and refuses one that others can enter. */
export const ensurePrivateFolder = (folder: string): void => {
  try {
    fs.mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  assertPrivateFolder(folder)
}

/** @throws InputError unless the folder is a real one, this user's, and closed to all others. */
export const assertPrivateFolder = (folder: string): void => {
  if (process.platform === 'win32') return
  const stat = fs.lstatSync(folder)
  const fault = !stat.isDirectory()
    ? 'is not a folder'
    : stat.uid !== process.getuid?.()
      ? 'belongs to another user'
      : (stat.mode & 0o077) !== 0
        ? 'can be entered by other users'
        : undefined
  if (fault) throw new InputError(`${folder} ${fault}: remove it, or set its mode to 700.`)
}

/** Removes sockets that nobody listens to any more, beside this one. */
export const removeStaleSockets = (own: string): void => {
  if (process.platform === 'win32') return
  const folder = path.dirname(own)
  for (const name of fs.readdirSync(folder)) {
    const socket = path.join(folder, name)
    if (!name.endsWith('.sock') || socket === own || !isOld(socket)) continue
    const probe = net.connect(socket)
    probe.unref()
    probe.once('connect', () => probe.destroy())
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') fs.rmSync(socket, { force: true })
    })
  }
}

const isOld = (file: string): boolean => {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false })
  return stat !== undefined && Date.now() - stat.mtimeMs > staleAfterMs
}

const userHash = (): string =>
  createHash('sha256').update(os.userInfo().username).digest('hex').slice(0, 12)
