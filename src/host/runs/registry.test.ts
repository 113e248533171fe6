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
import type { DashboardChange } from '../../core/protocol/dashboard.ts'
import { layout, readSweep, writeSweep } from '../../core/runs/store.ts'
import { RunRegistry } from './registry.ts'
import { trainerProcesses } from './trainerProcesses.ts'

let store: string
let registry: RunRegistry
beforeEach(() => {
  store = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-registry-'))
  registry = new RunRegistry(trainerProcesses)
})
afterEach(() => {
  registry.dispose()
  fs.rmSync(store, { recursive: true, force: true })
})

describe('RunRegistry', () => {
  it('follows a run by its files alone', async () => {
    const sweepDir = writeSweepOf(store, [runRecord({ state: 'queued', attempt: 0 })])
    registry.setStores([store])
    const changes: DashboardChange[] = []
    registry.changed.on(({ change }) => changes.push(change))
    const runDir = layout.run(sweepDir, 'r1')
    fs.mkdirSync(layout.attempt(runDir, 1))
    appendEvents(runDir, 1, 1, [started(), step(1)])
    fs.writeFileSync(
      layout.runRecord(runDir),
      JSON.stringify(runRecord({ state: 'running', attempt: 1 })),
    )
    await expect.poll(() => registry.runs()[0]?.state.curves.step, { timeout: 10_000 }).toEqual([1])
    appendEvents(runDir, 1, 3, [step(2)])
    await expect
      .poll(() => changes.some((change) => change.type === 'event'), { timeout: 10_000 })
      .toBe(true)
    expect(registry.sweep(sweepDir)?.record.name).toBe('Sweep')
  })

  it('tells of a damaged record and still shows the others', () => {
    const sweepDir = writeSweepOf(store, [
      runRecord({ id: 'good', state: 'done' }),
      runRecord({ id: 'torn' }),
    ])
    fs.writeFileSync(layout.runRecord(layout.run(sweepDir, 'torn')), '{"format": 1, "id"')
    const problems: string[] = []
    registry.problem.on((message) => problems.push(message))
    registry.setStores([store])
    registry.addStore(store)
    expect(registry.runs().map(({ state }) => state.record.id)).toEqual(['good'])
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('torn')
  })

  it('finds sweeps that are new and lets go of those that were deleted', () => {
    registry.setStores([store])
    expect(registry.sweeps()).toEqual([])
    const sweepDir = writeSweepOf(store, [runRecord({ state: 'done' })])
    registry.addStore(store)
    expect(registry.sweeps()).toHaveLength(1)
    fs.rmSync(sweepDir, { recursive: true })
    registry.addStore(store)
    expect(registry.sweeps()).toEqual([])
  })

  it('takes a trainer of another machine for alive while it beats, whatever its clock says', async () => {
    const trainer = {
      process: { host: 'elsewhere', pid: 1, startTime: 'another-boot:1' },
      socket: '/nowhere.sock',
      protocol: 1,
      version: '0.0.0',
    }
    const sweepDir = writeSweepOf(store, [runRecord({ trainer })])
    const heartbeat = layout.heartbeat(layout.run(sweepDir, 'r1'), 1)
    appendEvents(layout.run(sweepDir, 'r1'), 1, 1, [started()])
    const hourAgo = () => Date.now() / 1000 - 3600
    const beat = () => {
      fs.writeFileSync(heartbeat, '')
      fs.utimesSync(heartbeat, hourAgo(), hourAgo())
    }
    beat()
    registry.setStores([store])
    const heart = setInterval(beat, 200)
    const shown = () => registry.runs()[0]?.state.state
    await expect.poll(shown, { timeout: 10_000 }).toBe('running')
    clearInterval(heart)
  })

  it('starts nothing again that was left before the window opened', () => {
    const stores = ['w', 'w/exp', 'w2'].map((name) => path.join(store, name))
    const process = { host: os.hostname(), pid: 1, startTime: 'another-boot:1' }
    const trainer = { process, socket: '/nowhere.sock', protocol: 1, version: '0.0.0' }
    for (const each of stores) {
      writeSweepOf(each, [runRecord({ trainer })])
      fs.writeFileSync(layout.trainerRecord(each), JSON.stringify(trainer))
    }
    let lost = 0
    registry.lost.on(() => lost++)
    registry.setStores(stores)
    expect(registry.runs().map(({ state }) => state.state)).toEqual(Array(3).fill('interrupted'))
    for (const each of stores) registry.addStore(each)
    expect(lost).toBe(0)
  })

  it('knows at once what waited for a dead trainer, and leaves a launch time to start one', () => {
    const process = { host: os.hostname(), pid: 1, startTime: 'another-boot:1' }
    const trainer = { process, socket: '/nowhere.sock', protocol: 1, version: '0.0.0' }
    const sweepDir = writeSweepOf(store, [
      runRecord({ id: 'begun', trainer }),
      runRecord({ id: 'waits', state: 'queued', attempt: 0 }),
      runRecord({ id: 'justLaunched', state: 'queued', attempt: 0 }),
    ])
    const record = layout.trainerRecord(store)
    fs.writeFileSync(record, JSON.stringify(trainer))
    const now = Date.now() / 1000
    fs.utimesSync(layout.runRecord(layout.run(sweepDir, 'waits')), now - 5, now - 5)
    fs.utimesSync(record, now - 2, now - 2)
    fs.utimesSync(layout.runRecord(layout.run(sweepDir, 'justLaunched')), now - 1, now - 1)
    registry.setStores([store])
    expect(registry.runs().map(({ state }) => state.state)).toEqual([
      'interrupted',
      'interrupted',
      'queued',
    ])
  })

  it('lets go of a removed folder’s stores, but not of what a remaining folder holds', () => {
    const [gone, nested, beside] = ['w', 'w/kept', 'w2'].map((name) => path.join(store, name)) as [
      string,
      string,
      string,
    ]
    for (const each of [gone, nested, beside]) writeSweepOf(each, [runRecord({ state: 'done' })])
    registry.setStores([gone, nested, beside])
    let told = 0
    registry.listChanged.on(() => told++)
    registry.leaveFolders([gone], [nested, beside])
    expect(registry.storeDirs()).toEqual([nested, beside])
    expect(registry.sweeps()).toHaveLength(2)
    expect(told).toBe(1)
  })

  it('keeps a store with sweeps that a search of the workspace does not find', () => {
    writeSweepOf(store, [runRecord({ state: 'done' })])
    registry.addStore(store)
    registry.setStores([])
    expect(registry.sweeps()).toHaveLength(1)
  })

  it('tells of a score on the test data, which comes last', () => {
    const sweepDir = writeSweepOf(store, [runRecord({ state: 'done' })])
    registry.setStores([store])
    let told = 0
    registry.listChanged.on(() => told++)
    registry.addStore(store)
    expect(told).toBe(0)
    const test = { run: 'r1', metrics: { accuracy: 0.9 }, time: 1 }
    writeSweep(sweepDir, { ...readSweep(sweepDir), test })
    registry.addStore(store)
    expect(told).toBe(1)
    expect(registry.sweep(sweepDir)?.record.test).toEqual(test)
  })
})
