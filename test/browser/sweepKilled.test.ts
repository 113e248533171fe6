import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { TrainerClient } from '../../src/runtime/trainerClient.ts'
import { isAlive, readTrainerRecord } from '../../src/runtime/trainerRecord.ts'
import { SweepBench } from '../faults/sweepBench.ts'
import { Dashboard } from '../support/dashboard.ts'
import { extensionHosts } from '../support/processes.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const patience = { timeout: 90_000, interval: 20 }

/**
 * Long enough that five trainers are killed before it is over: 4 runs of 112 or 56 steps, 336 together,
 * of which a kill uses up 44 at most and those of the moment until it is seen (10 ms a step).
 */
const experiment = { epochs: 14 }
const stepsToKill = { atLeast: 8, upTo: 44 }

/** A sweep that is launched in VS Code, with its trainer killed under it, now and then the editor too. */
describe('a sweep in the editor', () => {
  let window: TestWindow
  let bench: SweepBench
  let undisturbed: object[]

  beforeAll(async () => {
    const calm = new SweepBench(fs.mkdtempSync(path.join(os.tmpdir(), 'headway-calm-')), experiment)
    const { code, stderr } = await calm.start().ended
    expect(code, stderr).toBe(0)
    undisturbed = calm.table()
    await calm.dispose()
    window = await openWindow({
      prepare: (folder) => {
        fs.mkdirSync(path.join(folder, 'tiny'))
        bench = new SweepBench(path.join(folder, 'tiny'), experiment)
      },
    })
  })

  afterAll(async () => {
    await window?.workbench.screenshot('sweep-killed-end')
    await bench?.dispose()
    await window?.close()
  })

  const launch = async (): Promise<void> => {
    await window.workbench.palette('Headway: Fine-Tune…')
    await window.workbench.quickPick('tiny.headway.json')
  }

  /**
   * A random moment of the work that is done from now on, an epoch of 8 steps at least: three trainers
   * lost without a checkpoint between them would fail the run, as they should.
   */
  const workedAWhile = async (): Promise<void> => {
    const { atLeast, upTo } = stepsToKill
    const enough = bench.steps() + atLeast + Math.floor(Math.random() * (upTo - atLeast))
    await expect.poll(() => bench.steps(), patience).toBeGreaterThan(enough)
    await sleep(Math.random() * 20)
    const states = bench.runs().map(({ record }) => record.state)
    expect(bench.trainerPid(), `a trainer works, with runs ${states.join(', ')}`).toBeDefined()
  }

  /** Runs that are not done, and that the trainer at work has not in its queue; undefined without one. */
  const forgotten = async (): Promise<string[] | undefined> => {
    const record = readTrainerRecord(bench.dir)
    if (!record || !isAlive(record)) return undefined
    const client = await TrainerClient.connect(record)
    const { running, queued } = await client.status().finally(() => client.dispose())
    if (running === null) return undefined
    return bench
      .runs()
      .filter(({ dir, record }) => record.state !== 'done' && ![running, ...queued].includes(dir))
      .map(({ record }) => record.id)
  }

  /** The window sees it, and hands another one all that is left. */
  const killTrainer = async (): Promise<void> => {
    await workedAWhile()
    await bench.killTrainer()
    const asked = () => forgotten().catch(() => undefined)
    expect(await vi.waitUntil(asked, patience)).toEqual([])
  }

  /** Nobody sees it: what was left waits for its person, who launches again. */
  const killEditorAndTrainer = async (): Promise<void> => {
    await workedAWhile()
    for (const host of extensionHosts(window.server.pid)) process.kill(host, 'SIGKILL')
    await bench.killTrainer()
    await window.workbench.reload()
    await launch()
  }

  // Not tried again: what is left of the sweep by then is not enough for five kills.
  it('killed at five random moments says what an undisturbed one says', { retry: 0 }, async () => {
    await launch()
    await killTrainer()
    await killEditorAndTrainer()
    await killTrainer()
    await killEditorAndTrainer()
    await killTrainer()
    await expect
      .poll(() => bench.runs().filter(({ record }) => record.state === 'done').length, patience)
      .toBe(4)
    expect(bench.table()).toEqual(undisturbed)
    expect(bench.doneTwice()).toEqual([])
  })

  it('shows it as finished', async () => {
    const rows = await window.workbench.openSidePanel()
    await rows
      .filter({ hasText: /done · 4 of 4|4 of 4/ })
      .first()
      .waitFor()
    const dashboard = new Dashboard(window.workbench.webview())
    await expect.poll(() => dashboard.state.textContent(), patience).toMatch(/done|finished/i)
  })

  it('has nothing to do when it is launched again', async () => {
    await launch()
    await window.workbench.notification(/finished already/).waitFor()
    expect(bench.trainerPid()).toBeUndefined()
  })
})
