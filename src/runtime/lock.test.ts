import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { withLock } from './lock.ts'
import { temporaryFolders } from './testing/temporary.ts'

const folder = temporaryFolders()

const lockOf = (lock: string, pid: number, host = os.hostname()) => {
  fs.mkdirSync(lock)
  fs.writeFileSync(path.join(lock, 'owner.json'), JSON.stringify({ pid, host }))
}

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

  it('of a process that died is taken over', async () => {
    const lock = path.join(folder(), 'lock')
    lockOf(lock, deadPid())
    expect(await withLock(lock, async () => 'done')).toBe('done')
  })

  it('that nobody has touched for long is taken over, whoever owns it', async () => {
    const lock = path.join(folder(), 'lock')
    lockOf(lock, 1, 'another-machine')
    const past = new Date(Date.now() - 120_000)
    fs.utimesSync(lock, past, past)
    expect(await withLock(lock, async () => 'done')).toBe('done')
  })
})
