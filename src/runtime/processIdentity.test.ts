import { execFileSync, spawn } from 'node:child_process'
import path from 'node:path'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import type { ProcessIdentity } from '../core/runs/records.ts'
import { identityOf, isOtherMachine, isProcessAlive, ownIdentity } from './processIdentity.ts'

const newNamespace = ['--pid', '--fork', '--mount-proc', '--kill-child']

/** Root may, and nobody else everywhere. */
const canUnshare = (): boolean => {
  try {
    execFileSync('unshare', [...newNamespace, 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

it('knows this process, and not another one with its pid', () => {
  const own = ownIdentity()
  expect(isProcessAlive(own)).toBe(true)
  expect(isProcessAlive({ ...own, startTime: `${own.startTime}0` })).toBe(false)
  expect(isOtherMachine(own)).toBe(false)
})

it('sees a process end', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const identity = identityOf(child.pid!)!
  expect(isProcessAlive(identity)).toBe(true)
  expect(identity.startTime).not.toBe(ownIdentity().startTime)
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  expect(isProcessAlive(identity)).toBe(false)
  expect(identityOf(child.pid!)).toBeUndefined()
})

it.runIf(process.platform === 'linux')('goes by the boot, not by a name that changes', () => {
  const own = ownIdentity()
  expect(isProcessAlive({ ...own, host: 'renamed' })).toBe(true)
  expect(isOtherMachine({ ...own, host: 'renamed' })).toBe(false)
  expect(isOtherMachine({ host: 'elsewhere', pid: own.pid, startTime: 'other-boot:1' })).toBe(true)
})

describe.runIf(process.platform === 'linux')('a process of another container on this boot', () => {
  it('cannot be seen from here, whatever has its number', () => {
    const inside = { ...ownIdentity(), namespace: '1' }
    for (const host of [inside.host, 'container']) {
      expect(isProcessAlive({ ...inside, host })).toBe(false)
      expect(isOtherMachine({ ...inside, host })).toBe(true)
    }
  })

  it('is gone with the boot, where it was one of this host', () => {
    const before = { ...ownIdentity(), namespace: '1', startTime: 'another-boot:1' }
    expect(isProcessAlive(before)).toBe(false)
    expect(isOtherMachine(before)).toBe(false)
  })

  it('is judged as before where its record says no namespace', () => {
    const { namespace: _, ...old } = ownIdentity()
    expect(isProcessAlive(old)).toBe(true)
    expect(isOtherMachine(old)).toBe(false)
  })

  it.runIf(canUnshare())('lives, and is told apart from a dead one of this machine', async () => {
    const source = JSON.stringify(path.join(import.meta.dirname, 'processIdentity.ts'))
    const { outputFiles } = await build({
      stdin: {
        contents: `import { ownIdentity } from ${source}
          console.log(JSON.stringify(ownIdentity()))
          setInterval(() => {}, 1000)`,
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      platform: 'node',
      write: false,
    })
    const program = [...newNamespace, process.execPath, '-e', outputFiles[0]!.text]
    const child = spawn('unshare', program, { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const text = await new Promise<string>((resolve) =>
        child.stdout.once('data', (data) => resolve(String(data))),
      )
      const inside = JSON.parse(text) as ProcessIdentity
      expect(inside.startTime.split(':')[0]).toBe(ownIdentity().startTime.split(':')[0])
      expect(inside.namespace).not.toBe(ownIdentity().namespace)
      expect([isProcessAlive(inside), isOtherMachine(inside)]).toEqual([false, true])
    } finally {
      child.kill('SIGKILL')
    }
  })
})
