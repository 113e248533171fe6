import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { runRecord } from '../../test/support/runRecords.ts'
import type { RunEvent } from '../core/runs/events.ts'
import { layout, writeRun } from '../core/runs/store.ts'
import { FollowedRun } from './followRuns.ts'

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-follow-'))
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
