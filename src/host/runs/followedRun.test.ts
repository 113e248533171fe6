import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  appendEvents,
  runRecord,
  started,
  step,
  writeSweepOf,
} from '../../../test/support/runRecords.ts'
import { layout, writeRun } from '../../core/runs/store.ts'
import { FollowedRun } from './followedRun.ts'

let store: string
let dir: string
beforeEach(() => {
  store = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-followed-'))
  dir = layout.run(writeSweepOf(store, [runRecord()]), 'r1')
})
afterEach(() => fs.rmSync(store, { recursive: true, force: true }))

const at = (seq: number, number: number) => ({ seq, time: 1, ...step(number) })

describe('FollowedRun', () => {
  it('takes each event once, from file or socket', () => {
    appendEvents(dir, 1, 1, [started(), step(1)])
    const run = new FollowedRun(dir)
    appendEvents(dir, 1, 3, [step(2)])
    expect(run.receive(1, at(3, 2))).toHaveLength(1)
    expect(run.look()).toEqual([])
    expect(run.state.curves.step).toEqual([1, 2])
  })

  it('fills a gap on the socket from the file', () => {
    appendEvents(dir, 1, 1, [started(), step(1)])
    const run = new FollowedRun(dir)
    appendEvents(dir, 1, 3, [step(2), step(3)])
    const [finding] = run.receive(1, at(5, 4))
    expect(finding).toMatchObject({ events: [{ seq: 3 }, { seq: 4 }, { seq: 5 }] })
    expect(run.state.curves.step).toEqual([1, 2, 3, 4])
  })

  it('goes on with the points of the attempt that was resumed, dropped after its checkpoint', () => {
    appendEvents(dir, 1, 1, [started(), step(1), step(2), step(3)])
    appendEvents(dir, 1, 5, [{ type: 'finished', state: 'stopped', seconds: 1 }])
    const run = new FollowedRun(dir)
    expect(run.state.state).toBe('stopped')
    appendEvents(dir, 2, 1, [{ type: 'phase', phase: 'weights' }])
    writeRun(dir, runRecord({ attempt: 2 }))
    expect(run.receive(2, { seq: 1, time: 1, type: 'phase', phase: 'weights' })).toEqual([
      { type: 'replaced' },
    ])
    expect(run.state.state).toBe('running')
    expect(run.state.curves.step).toEqual([1, 2, 3])
    run.receive(2, { seq: 2, time: 1, ...started(2) })
    run.receive(2, at(3, 3))
    expect(run.state.curves.step).toEqual([1, 2, 3])
    expect(run.state.curves.loss[2]).toBeCloseTo(1 / 3)
    expect(new FollowedRun(dir).state.curves.step).toEqual([1, 2, 3])
  })

  it('ignores an orphan that writes to an attempt that no longer counts', () => {
    appendEvents(dir, 2, 1, [started()])
    writeRun(dir, runRecord({ attempt: 2 }))
    const run = new FollowedRun(dir)
    expect(run.receive(1, at(9, 9))).toEqual([])
    expect(run.state.curves.step).toEqual([])
  })

  it('calls a run interrupted whose trainer is gone, and not one that came to its end', () => {
    appendEvents(dir, 1, 1, [started()])
    const run = new FollowedRun(dir)
    run.judge('none')
    expect(run.state.state).toBe('interrupted')
    run.judge('working')
    expect(run.state.state).toBe('running')
    appendEvents(dir, 1, 2, [{ type: 'finished', state: 'done', seconds: 1 }])
    run.look()
    run.judge('none')
    expect(run.state.state).toBe('done')
  })

  it('is in line again after an end, whatever that was', () => {
    appendEvents(dir, 1, 1, [started(), step(1)])
    appendEvents(dir, 1, 3, [{ type: 'finished', state: 'failed', seconds: 1 }])
    writeRun(dir, runRecord({ state: 'queued' }))
    const run = new FollowedRun(dir)
    expect(run.state.state).toBe('queued')
    expect(run.state.record.state).toBe('queued')
    expect(run.state.curves.step).toEqual([1])
    run.judge('none')
    expect(run.state.state).toBe('interrupted')
  })

  it('waits where its trainer died and another one has it in line', () => {
    appendEvents(dir, 1, 1, [started()])
    const run = new FollowedRun(dir)
    run.judge('waiting')
    expect(run.state.state).toBe('queued')
    run.judge('none')
    run.judge('waiting')
    expect(run.state.state).toBe('queued')
  })

  it('reads no events of a run that is over until somebody looks', () => {
    writeRun(dir, runRecord({ state: 'done' }))
    appendEvents(dir, 1, 1, [started(), step(1)])
    const run = new FollowedRun(dir)
    expect(run.state.curves.step).toEqual([])
    run.loadHistory()
    expect(run.state.curves.step).toEqual([1])
  })
})
