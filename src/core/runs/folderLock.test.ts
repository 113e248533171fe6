import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

/**
 * A process that takes the lock, says so by a file, and holds it until a file lets it go. `--pause`:
 * it stands still, too, just before it renames for the first time.
 */
const holder = `
const fs = require('node:fs')
const path = require('node:path')
const [dir, name, staleMs, pause] = process.argv.slice(2)
const say = (what) => fs.writeFileSync(path.join(dir, name + '.' + what), '')
const awaitFile = (what) => {
  while (!fs.existsSync(path.join(dir, name + '.' + what)))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
}
if (pause) {
  const rename = fs.renameSync
  fs.renameSync = (from, to) => {
    fs.renameSync = rename
    say('renames')
    awaitFile('goOn')
    return rename(from, to)
  }
}
const { withFolderLock } = require('./folderLock.js')
withFolderLock(path.join(dir, 'lock'), () => {
  say('holds')
  awaitFile('letGo')
}, { staleMs: Number(staleMs) })
say('over')
`

let program: string
beforeAll(async () => {
  program = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-lock-program-'))
  await build({
    entryPoints: [path.join(import.meta.dirname, 'folderLock.ts')],
    outfile: path.join(program, 'folderLock.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  })
  fs.writeFileSync(path.join(program, 'holder.js'), holder)
})
afterAll(() => fs.rmSync(program, { recursive: true, force: true }))

let dir: string
const children: ChildProcess[] = []
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-lock-'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
})

const lock = () => path.join(dir, 'lock')
const has = (name: string, what: string) => fs.existsSync(path.join(dir, `${name}.${what}`))
const tell = (name: string, what: string) => fs.writeFileSync(path.join(dir, `${name}.${what}`), '')
const said = (name: string, what: string) =>
  expect.poll(() => has(name, what), { timeout: 10_000, interval: 10 }).toBe(true)
const start = (name: string, staleMs: number, ...more: string[]): ChildProcess => {
  const args = [path.join(program, 'holder.js'), dir, name, String(staleMs), ...more]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  children.push(child)
  return child
}
/** Long enough for a process that could take the lock to have it. */
const quiet = 400
const never = 60_000

describe('a lock', () => {
  it('is held by one of two processes at a time', async () => {
    start('first', never)
    await said('first', 'holds')
    start('second', never)
    await new Promise((resolve) => setTimeout(resolve, quiet))
    expect(has('second', 'holds')).toBe(false)
    tell('first', 'letGo')
    await said('second', 'holds')
    tell('second', 'letGo')
    await said('second', 'over')
    expect(fs.existsSync(lock())).toBe(false)
  })

  it.each([
    ['in its action', ['a process that is gone']],
    ['before it had put its name in', []],
  ])('whose holder was killed %s is taken over', async (_, holders) => {
    fs.mkdirSync(lock())
    for (const name of holders) fs.writeFileSync(path.join(lock(), name), '')
    start('next', 100)
    await said('next', 'holds')
    tell('next', 'letGo')
    await said('next', 'over')
    expect(fs.existsSync(lock())).toBe(false)
  })

  it('that is stale is taken over by one of two that both find it so', async () => {
    fs.mkdirSync(lock())
    fs.writeFileSync(path.join(lock(), 'a process that is gone'), '')
    // Has found it stale, and is about to take it, for as long as the other one needs to have it.
    start('slow', 2000, '--pause')
    await said('slow', 'renames')
    start('quick', 100)
    await said('quick', 'holds')
    tell('slow', 'goOn')
    await new Promise((resolve) => setTimeout(resolve, quiet))
    expect(has('slow', 'holds')).toBe(false)
    tell('quick', 'letGo')
    await said('slow', 'holds')
    expect(has('quick', 'over')).toBe(true)
  })

  it('stays with its holder when one that was frozen, and lost it, comes back', async () => {
    const frozen = start('frozen', never)
    await said('frozen', 'holds')
    frozen.kill('SIGSTOP')
    start('next', 100)
    await said('next', 'holds')
    const held = fs.readdirSync(lock())
    tell('frozen', 'letGo')
    frozen.kill('SIGCONT')
    await said('frozen', 'over')
    expect(fs.readdirSync(lock())).toEqual(held)
    start('third', never)
    await new Promise((resolve) => setTimeout(resolve, quiet))
    expect(has('third', 'holds')).toBe(false)
    tell('next', 'letGo')
    await said('third', 'holds')
  })
})
