import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { layout, writeRun } from '../../src/core/runs/store.ts'
import { TrainerClient } from '../../src/runtime/trainerClient.ts'
import { readTrainerRecord } from '../../src/runtime/trainerRecord.ts'
import { SweepBench } from '../faults/sweepBench.ts'
import { until } from '../support/until.ts'
import { headway } from './headway.ts'

let bench: SweepBench
beforeEach(() => {
  bench = new SweepBench(fs.mkdtempSync(path.join(os.tmpdir(), 'headway-queue-')), {
    learningRate: 1e-3,
    batchSize: 8,
    epochs: 1000,
    seeds: [1, 2, 3, 4],
  })
})
afterEach(() => bench.dispose())

const call = async (...args: string[]) => {
  const called = await headway(args, bench.dir)
  expect(called.code, called.stderr).toBe(0)
  return called
}

describe('the queue of a sweep at work', { timeout: 120_000 }, () => {
  it('puts first, cancels, stops and retries runs from the command line', async () => {
    const sweep = bench.start()
    await until('a run at work', () => bench.steps() > 3, { patience: 60_000, poll: 50 })
    const ids = bench.runs().map(({ record }) => record.id)
    const runs = () => bench.runs().map(({ record }) => record.state)
    const client = await TrainerClient.connect(readTrainerRecord(bench.dir)!)
    const queue = async () => {
      const { running, queued } = await client.status()
      return [running ?? '', ...queued].map((dir) => ids.indexOf(path.basename(dir)) + 1)
    }
    expect(await queue()).toEqual([1, 2, 3, 4])

    expect((await call('first', ids[3]!)).stderr).toBe(`Run ${ids[3]} is next.\n`)
    expect(await queue()).toEqual([1, 4, 2, 3])

    expect((await call('cancel', ids[1]!)).stdout).toBe(`${ids[1]}  stopped\n`)
    expect(await queue()).toEqual([1, 4, 3])

    const [, second] = bench.runs()
    writeRun(second!.dir, { ...second!.record, state: 'failed', reason: 'It broke.' })
    const retried = headway(['retry', ids[1]!, '--json'], bench.dir)
    await until('it waits again', () => runs()[1] === 'queued')
    await expect.poll(queue).toEqual([1, 4, 3, 2])

    expect((await call('stop', ids[0]!)).stdout).toBe(`${ids[0]}  stopped\n`)
    await until('the next one', () => fs.existsSync(layout.events(bench.runs()[3]!.dir, 1)))
    expect(runs()).toEqual(['stopped', 'queued', 'queued', 'running'])

    const { stdout } = await call('pause', 'tiny', '--json')
    expect(JSON.parse(stdout).runs).toHaveLength(3)
    expect(runs()).toEqual(['stopped', 'paused', 'paused', 'paused'])
    client.dispose()
    expect((await retried).code).toBe(130)
    expect((await sweep.ended).code).toBe(130)
  })

  it('stops at once what no trainer has, though one is at work', async () => {
    const { child } = bench.start()
    await until('a run at work', () => bench.steps() > 3, { patience: 60_000, poll: 50 })
    child.kill('SIGKILL')
    await bench.killTrainer()
    const ids = bench.runs().map(({ record }) => record.id)
    await call('first', ids[3]!)
    const fourth = layout.events(bench.runs()[3]!.dir, 1)
    await until('the fourth at work', () => fs.existsSync(fourth), { patience: 60_000, poll: 50 })
    expect((await call('stop', ids[0]!)).stdout).toBe(`${ids[0]}  stopped\n`)
    expect((await call('pause', ids[1]!)).stdout).toBe(`${ids[1]}  paused\n`)
    const states = bench.runs().map(({ record }) => record.state)
    expect(states).toEqual(['stopped', 'paused', 'queued', 'running'])
  })
})
