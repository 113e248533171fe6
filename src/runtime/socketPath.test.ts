import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  assertPrivateFolder,
  ensurePrivateFolder,
  longestSocketPath,
  newSocketPath,
  removeStaleSockets,
} from './socketPath.ts'

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-sockets-'))
afterAll(() => fs.rmSync(root, { recursive: true, force: true }))

const newFolder = (name: string, mode = 0o700): string => {
  const folder = path.join(root, name)
  fs.mkdirSync(folder)
  fs.chmodSync(folder, mode)
  return folder
}

describe.skipIf(process.platform === 'win32')('the socket folder', () => {
  it('is private, and taken from the environment', () => {
    const runtime = newFolder('runtime')
    const socket = newSocketPath({ XDG_RUNTIME_DIR: runtime })
    expect(path.dirname(socket)).toBe(path.join(runtime, 'headway'))
    expect(fs.statSync(path.dirname(socket)).mode & 0o777).toBe(0o700)
    expect(newSocketPath({ XDG_RUNTIME_DIR: runtime })).not.toBe(socket)
  })

  it('stays short where the temporary folder is deep', () => {
    const deep = path.join(root, 'd'.repeat(60), 'e'.repeat(60))
    fs.mkdirSync(deep, { recursive: true })
    const socket = newSocketPath({ TMPDIR: deep, XDG_RUNTIME_DIR: deep })
    expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(longestSocketPath)
    expect(socket.startsWith(deep)).toBe(false)
  })

  it('is refused where others can enter it, or where it is a link or a file', () => {
    expect(() => ensurePrivateFolder(newFolder('open', 0o755))).toThrow('can be entered')
    fs.symlinkSync(newFolder('target'), path.join(root, 'link'))
    expect(() => assertPrivateFolder(path.join(root, 'link'))).toThrow('is not a folder')
    fs.writeFileSync(path.join(root, 'file'), '')
    expect(() => ensurePrivateFolder(path.join(root, 'file'))).toThrow('is not a folder')
  })

  it('is passed over for the next one where it is refused', () => {
    const runtime = newFolder('shared')
    fs.mkdirSync(path.join(runtime, 'headway'))
    fs.chmodSync(path.join(runtime, 'headway'), 0o777)
    const socket = newSocketPath({ XDG_RUNTIME_DIR: runtime, TMPDIR: root })
    expect(path.dirname(socket)).toBe(path.join(root, `headway-${process.getuid?.()}`))
  })

  it('loses old sockets that nobody listens to, and no others', async () => {
    const folder = newFolder('stale')
    const old = new Date(Date.now() - 3_600_000)
    const listening = path.join(folder, 'listening.sock')
    const server = net.createServer().listen(listening)
    await new Promise((resolve) => server.once('listening', resolve))
    const dead = path.join(folder, 'dead.sock')
    const doomed = net.createServer().listen(`${dead}.bound`)
    await new Promise((resolve) => doomed.once('listening', resolve))
    // Renamed, it is not removed when its server closes.
    fs.renameSync(`${dead}.bound`, dead)
    await new Promise((resolve) => doomed.close(resolve))
    for (const socket of [dead, listening]) fs.lutimesSync(socket, old, old)
    removeStaleSockets(path.join(folder, 'own.sock'))
    await expect.poll(() => fs.existsSync(dead)).toBe(false)
    expect(fs.existsSync(listening)).toBe(true)
    server.close()
  })
})
