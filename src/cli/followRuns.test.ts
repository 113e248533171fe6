import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runRecord } from '../../test/support/runRecords.ts'
import { trainerProtocol } from '../core/protocol/trainer.ts'
import type { RunEvent } from '../core/runs/events.ts'
import { layout, writeRun } from '../core/runs/store.ts'
import { ownIdentity } from '../runtime/processIdentity.ts'
import { FollowedRun } from './followRuns.ts'

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-follow-'))
beforeEach(() => fs.mkdirSync(dir, { recursive: true }))
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }))

const silent = { show: () => {}, say: () => {}, end: () => {} }

it('a run is over once its record says so, which comes after its last event', () => {
  const record = runRecord({ state: 'running', attempt: 1 })
  writeRun(dir, record)
  const finished: RunEvent = {
    ...{ seq: 1, time: 1, type: 'finished', state: 'failed' },
    ...{ reason: 'its data are gone', inputError: true, seconds: 0 },
  }
  fs.mkdirSync(layout.attempt(dir, 1))
  fs.writeFileSync(layout.events(dir, 1), `${JSON.stringify(finished)}\n`)
  const run = new FollowedRun(dir, 0)
  run.poll(silent)
  expect(run.over).toBe(false)
  writeRun(dir, { ...record, state: 'failed' })
  run.poll(silent)
  expect(run.over).toBe(true)
  expect(run.record.state).toBe('failed')
})

it('a run is lost with the trainer of its attempt, once, and not for one from before', () => {
  const trainer = { process: ownIdentity(), socket: 's', protocol: trainerProtocol, version: '0' }
  const dead = { ...trainer, process: { ...trainer.process, startTime: 'before' } }
  const running = runRecord({ state: 'running', attempt: 1, trainer: dead })
  writeRun(dir, running)
  fs.mkdirSync(layout.attempt(dir, 1))
  const run = new FollowedRun(dir, 1)
  const isLost = () => {
    run.poll(silent)
    return run.isLost
  }
  expect(isLost()).toBe(false)
  fs.mkdirSync(layout.attempt(dir, 2))
  expect(isLost()).toBe(false)
  writeRun(dir, { ...running, attempt: 2, trainer })
  expect(isLost()).toBe(false)
  writeRun(dir, { ...running, attempt: 2 })
  expect(isLost()).toBe(true)
  run.noteRestart()
  expect(isLost()).toBe(false)
  fs.mkdirSync(layout.attempt(dir, 3))
  writeRun(dir, { ...running, attempt: 3 })
  expect(isLost()).toBe(true)
  writeRun(dir, { ...running, attempt: 3, state: 'failed' })
  expect(isLost()).toBe(false)
})
