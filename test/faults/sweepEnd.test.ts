import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { reopenRun } from '../../src/core/launch/place.ts'
import { workLeft } from '../../src/core/launch/workLeft.ts'
import { highestAttempt, layout, readRun, readSweep } from '../../src/core/runs/store.ts'
import { updateSweep } from '../../src/core/runs/updateSweep.ts'
import { until } from '../support/until.ts'
import { TrainerBench, untilGone, untilState } from './trainerBench.ts'

const bench = new TrainerBench()
beforeAll(() => bench.build(), 60_000)
afterEach(() => bench.clear())
afterAll(() => bench.dispose())

const writeTest = (store: string, text: string): void => {
  fs.writeFileSync(path.join(store, 'test.tsv'), text)
  const checksum = crypto.createHash('sha256').update(text).digest('hex')
  updateSweep(layout.sweep(store, 'sweep'), (sweep) => {
    const { test: _, ...kept } = sweep!
    return { ...kept, checksums: { 'data/test': checksum } }
  })
}

const sweepWithTest = (store: string, runs: readonly string[]): string => {
  const data = { train: 'train.tsv', test: 'test.tsv' }
  bench.writeSweep(store, runs, { data })
  writeTest(store, 'one')
  return layout.sweep(store, 'sweep')
}

describe('the end of a sweep', { timeout: 60_000 }, () => {
  it('comes again for a launch with other test data, and trains nothing', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'run', { steps: 1 })
    const sweepDir = sweepWithTest(store, [run])
    await untilGone(store, await bench.launch(store, run))
    const { test } = readSweep(sweepDir)
    expect(test).toMatchObject({ run: 'run' })
    writeTest(store, 'other')
    const work = workLeft({ sweepDir, open: [] })
    expect(work).toEqual({ kind: 'score', runs: [run] })
    await untilGone(store, await bench.launch(store, ...work.runs))
    expect(readSweep(sweepDir).test).toMatchObject({ run: 'run' })
    expect(readSweep(sweepDir).test?.checksum).not.toBe(test?.checksum)
    expect(highestAttempt(run)).toBe(1)
    expect(workLeft({ sweepDir, open: [] }).kind).toBe('nothing')
  })

  it('loses no run that is tried again while its trainer is at it', async () => {
    const store = bench.newStore()
    const good = bench.addRun(store, 'good', { steps: 1 })
    const bad = bench.addRun(store, 'bad', { steps: 1, failAt: 1 })
    sweepWithTest(store, [good, bad])
    const hold = path.join(store, 'hold')
    fs.writeFileSync(hold, '')
    await bench.launch(store, good, bad)
    await until('it is scored', () => fs.existsSync(path.join(store, 'scoring')))
    expect(readRun(bad).state).toBe('failed')
    fs.writeFileSync(path.join(bad, 'plan.json'), JSON.stringify({ steps: 1 }))
    reopenRun(bad)
    await bench.launch(store, bad)
    fs.rmSync(hold)
    await untilState(bad, 'done')
  })
})
