import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { withLock } from './lock.ts'
import { identityOf, ownIdentity } from './processIdentity.ts'
import { temporaryFolders } from './testing/temporary.ts'

const folder = temporaryFolders()

const lockOf = (lock: string, owner: object) => {
  fs.mkdirSync(lock)
  fs.writeFileSync(path.join(lock, 'owner.json'), JSON.stringify(owner))
}
const age = (lock: string) => {
  const hourAgo = Date.now() / 1000 - 3600
  for (const each of [lock, path.join(lock, 'owner.json')]) fs.utimesSync(each, hourAgo, hourAgo)
}
const elsewhere = { host: 'another-machine', pid: 1, startTime: 'another-boot:1', token: 'theirs' }

const nothing = () => {}
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid

describe('a lock', () => {
  it('lets one work at a time, and tells who waits', async () => {
    const lock = path.join(folder(), 'a', 'lock')
    const order: string[] = []
    let release = () => {}
    const first = withLock(lock, async () => {
      order.push('first begins')
      await new Promise<void>((resolve) => {
        release = resolve
      })
      order.push('first ends')
    })
    const second = withLock(
      lock,
      async () => void order.push('second'),
      () => {
        order.push('waiting')
        release()
      },
    )
    await Promise.all([first, second])
    expect(order).toEqual(['first begins', 'waiting', 'first ends', 'second'])
    expect(fs.existsSync(lock)).toBe(false)
  })

  it('is released when the work fails', async () => {
    const lock = path.join(folder(), 'lock')
    await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(fs.existsSync(lock)).toBe(false)
  })

  it.each([
    ['died', () => ({ host: os.hostname(), pid: deadPid() })],
    ['died, whose number another one has now', () => ({ ...ownIdentity(), startTime: 'boot:1' })],
  ])('of a process that %s is taken over at once', async (_, owner) => {
    const lock = path.join(folder(), 'lock')
    lockOf(lock, owner())
    const waiting = vi.fn()
    expect(await withLock(lock, async () => 'done', waiting)).toBe('done')
    expect(waiting).not.toHaveBeenCalled()
  })

  it('of a process that runs is waited for, however long this machine slept', async () => {
    const owner = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
    const lock = path.join(folder(), 'lock')
    lockOf(lock, { ...identityOf(owner.pid ?? 0), token: 'theirs' })
    age(lock)
    const waiting = vi.fn(() => owner.kill())
    expect(await withLock(lock, async () => 'done', waiting)).toBe('done')
    expect(waiting).toHaveBeenCalledOnce()
  })

  it('of another machine is waited for while it is touched, whatever its clock says', async () => {
    const lock = path.join(folder(), 'lock')
    lockOf(lock, elsewhere)
    age(lock)
    let beats = 0
    const heart = setInterval(() => {
      const time = Date.now() / 1000 - 3600 + ++beats
      fs.utimesSync(path.join(lock, 'owner.json'), time, time)
      if (beats === 20) clearInterval(heart)
    }, 100)
    try {
      expect(await withLock(lock, async () => beats, nothing, 1500)).toBe(20)
    } finally {
      clearInterval(heart)
    }
  })

  it.runIf(process.platform === 'linux')(
    'of another container on this machine is waited for while it is touched',
    async () => {
      const lock = path.join(folder(), 'lock')
      lockOf(lock, { ...ownIdentity(), pid: deadPid(), namespace: '1', token: 'theirs' })
      let beats = 0
      const heart = setInterval(() => {
        const time = Date.now() / 1000 - 3600 + ++beats
        fs.utimesSync(path.join(lock, 'owner.json'), time, time)
        if (beats === 10) clearInterval(heart)
      }, 100)
      try {
        expect(await withLock(lock, async () => beats, nothing, 1500)).toBe(10)
      } finally {
        clearInterval(heart)
      }
    },
  )

  it('of another machine that nobody touches is taken over', async () => {
    const lock = path.join(folder(), 'lock')
    lockOf(lock, elsewhere)
    expect(await withLock(lock, async () => 'done', nothing, 700)).toBe('done')
  })

  it('that another one took meanwhile is left to it', async () => {
    const lock = path.join(folder(), 'lock')
    await withLock(lock, async () => {
      fs.rmSync(lock, { recursive: true })
      lockOf(lock, elsewhere)
    })
    expect(JSON.parse(fs.readFileSync(path.join(lock, 'owner.json'), 'utf8'))).toEqual(elsewhere)
  })
})
