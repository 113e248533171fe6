import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runRecord, writeSweepOf } from '../../test/support/runRecords.ts'
import { writeJsonAtomic } from '../core/files/atomicFile.ts'
import { trainerProtocol } from '../core/protocol/trainer.ts'
import { sealOf } from '../core/runs/attemptSeal.ts'
import type { TrainerRecord } from '../core/runs/records.ts'
import { layout, tryClaimAttempt, writeRun } from '../core/runs/store.ts'
import { identityOf, ownIdentity } from '../runtime/processIdentity.ts'
import { takeRun } from './workOnRun.ts'

let store: string
let runDir: string
let other: ChildProcess
let otherRecord: TrainerRecord
const own: TrainerRecord = {
  process: ownIdentity(),
  socket: 'own',
  protocol: trainerProtocol,
  version: '0.0.0',
}
const queued = runRecord({ state: 'queued', attempt: 0 })

beforeEach(() => {
  store = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-take-'))
  runDir = layout.run(writeSweepOf(store, [queued]), 'r1')
  // Another trainer of this store, as with `--parallel`, that lives.
  other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  otherRecord = { ...own, process: identityOf(other.pid!)!, socket: 'other', seat: 1 }
  writeJsonAtomic(layout.trainerRecord(store, 1), otherRecord)
})
afterEach(() => {
  other.kill('SIGKILL')
  fs.rmSync(store, { recursive: true, force: true })
})

describe('a trainer beside another one', { timeout: 30_000 }, () => {
  it('takes a run that was claimed and abandoned, also where the clock was set back since', async () => {
    tryClaimAttempt(runDir, 1)
    const hourAhead = Date.now() / 1000 + 3600
    fs.utimesSync(layout.attempt(runDir, 1), hourAhead, hourAhead)
    expect(await takeRun(runDir, own)).toMatchObject({ attempt: 2, record: { id: 'r1' } })
    expect(sealOf(runDir, 1)).toBe('successor')
  })

  it('leaves a run that the other one has just claimed', async () => {
    tryClaimAttempt(runDir, 1)
    const taken = takeRun(runDir, own)
    writeRun(runDir, { ...queued, state: 'running', attempt: 1, trainer: otherRecord })
    expect(await taken).toBeUndefined()
    expect(await takeRun(runDir, own)).toBeUndefined()
    expect(sealOf(runDir, 1)).toBeUndefined()
  })

  it.each(['failed', 'diverged'] as const)(
    'leaves a run that %s under the other one to its person',
    async (state) => {
      tryClaimAttempt(runDir, 1)
      writeRun(runDir, { ...queued, state, attempt: 1, trainer: otherRecord })
      expect(await takeRun(runDir, own)).toBeUndefined()
    },
  )

  it('takes a run whose own trainer is dead', async () => {
    tryClaimAttempt(runDir, 1)
    const dead = { ...otherRecord, process: { ...otherRecord.process, startTime: 'before' } }
    writeRun(runDir, { ...queued, state: 'running', attempt: 1, trainer: dead })
    expect(await takeRun(runDir, own)).toMatchObject({ attempt: 2 })
  })
})
