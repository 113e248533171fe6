import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runRecord, writeSweepOf } from '../../test/support/runRecords.ts'
import { trainerProtocol } from '../core/protocol/trainer.ts'
import type { TrainerRecord } from '../core/runs/records.ts'
import { layout, readRun } from '../core/runs/store.ts'
import { ownIdentity } from '../runtime/processIdentity.ts'
import { newSocketPath } from '../runtime/socketPath.ts'
import { TrainerClient } from '../runtime/trainerClient.ts'
import { IoLoop } from './ioLoop.ts'
import type { IoNotice } from './ioMessages.ts'

let store: string
let waiting: string
let record: TrainerRecord
let loop: IoLoop
let client: TrainerClient
let notices: IoNotice[]

const fillDisk = (): void => {
  const full = () => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  }
  vi.spyOn(fs, 'writeFileSync').mockImplementation(full)
  vi.spyOn(fs, 'writeSync').mockImplementation(full)
}

const lastRun = () => notices.findLast((notice) => notice.type === 'run')?.run

beforeEach(async () => {
  store = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-io-'))
  const queued = { state: 'queued', attempt: 0 } as const
  const runs = [runRecord({ id: 'r1', ...queued }), runRecord({ id: 'r2', ...queued })]
  const sweepDir = writeSweepOf(store, runs)
  const running = layout.run(sweepDir, 'r1')
  waiting = layout.run(sweepDir, 'r2')
  record = {
    process: ownIdentity(),
    socket: newSocketPath(),
    protocol: trainerProtocol,
    version: '0.0.0',
  }
  notices = []
  const flags = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  loop = new IoLoop({ ...record, store, seat: undefined, flags }, (notice) => notices.push(notice))
  await loop.start()
  loop.receive({ type: 'enqueue', runs: [running, waiting] })
  loop.receive({ type: 'next' })
  expect(lastRun()).toBe(running)
  client = await TrainerClient.connect(record)
})
afterEach(async () => {
  vi.restoreAllMocks()
  client.dispose()
  loop.receive({ type: 'close' })
  await expect.poll(() => notices.some(({ type }) => type === 'closed')).toBe(true)
  fs.rmSync(store, { recursive: true, force: true })
})

describe('a waiting run that is stopped on a full disk', () => {
  it('is recorded as stopped once there is room, and the trainer stays until then', async () => {
    fillDisk()
    await client.stop([waiting])
    notices.length = 0
    loop.receive({ type: 'next' })
    expect(lastRun()).toBeUndefined()
    vi.restoreAllMocks()
    await expect.poll(lastRun, { timeout: 5000 }).toBeNull()
    expect(readRun(waiting).state).toBe('stopped')
  })

  it('is begun where it was put back in line meanwhile', async () => {
    fillDisk()
    await client.stop([waiting])
    loop.receive({ type: 'next' })
    await client.enqueue([waiting])
    expect(lastRun()).toBe(waiting)
    vi.restoreAllMocks()
    loop.receive({ type: 'next' })
    expect(lastRun()).toBeNull()
    expect(readRun(waiting).state).toBe('queued')
  })

  it('is not waited for where its folder is deleted', async () => {
    fillDisk()
    await client.stop([waiting])
    loop.receive({ type: 'next' })
    fs.rmSync(waiting, { recursive: true })
    await expect.poll(lastRun, { timeout: 5000 }).toBeNull()
  })
})
