import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { restartRuns } from '../../src/runtime/restartRuns.ts'
import { isAlive, readTrainerRecords, readTrainerSeat } from '../../src/runtime/trainerRecord.ts'
import { cliScript } from '../cli/headway.ts'
import { until as untilSoon } from '../support/until.ts'
import { SweepBench } from './sweepBench.ts'

const until = (what: string, holds: () => boolean) =>
  untilSoon(what, holds, { patience: 40_000, poll: 50 })

let bench: SweepBench
afterEach(async () => {
  while (bench.trainerPid() !== undefined) await bench.killTrainer()
  await bench.dispose()
})

/** Long enough to be still at work when it is stopped. */
const newBench = (): SweepBench => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-replaced-'))
  return new SweepBench(dir, {
    ...{ head: 'sentence', model: 'bert', data: { train: 'train.tsv', dev: 'dev.tsv' } },
    ...{ learningRate: [1e-3, 5e-4], batchSize: 8, epochs: 1000, maxLength: 32, precision: 'fp32' },
  })
}

const seatPid = (seat: number): number | undefined => {
  const record = readTrainerSeat(bench.dir, seat)
  return record && isAlive(record) ? record.process.pid : undefined
}
const runningPids = () =>
  bench
    .runs()
    .flatMap(({ record }) =>
      record.state === 'running' ? (record.trainer?.process.pid ?? []) : [],
    )
const bothRun = () => {
  const pids = runningPids()
  const living = readTrainerRecords(bench.dir).filter(isAlive)
  return living.length === 2 && living.every(({ process: { pid } }) => pids.includes(pid))
}

describe('the command line', { timeout: 150_000 }, () => {
  it('replaces a trainer that is lost beside another one, and stops both', async () => {
    bench = newBench()
    const { child, ended } = bench.start({}, '--parallel', '2')
    await until('two trainers at work', () => seatPid(1) !== undefined && bothRun())
    const [first, second] = [seatPid(0)!, seatPid(1)!]
    process.kill(first, 'SIGKILL')
    await until(
      'the seat is taken again',
      () => ![undefined, first].includes(seatPid(0)) && bothRun(),
    )
    expect(seatPid(1)).toBe(second)
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect(code, stderr).toBe(130)
    expect(bench.runs().map(({ record }) => record.state)).toEqual(['stopped', 'stopped'])
    expect(stderr.match(/another one takes over/g)).toHaveLength(1)
  })

  it('stops the runs of a trainer that somebody else has put in place of a lost one', async () => {
    bench = newBench()
    const { child, ended } = bench.start()
    await until('a trainer at work', () => bench.steps() > 2)
    const lost = seatPid(0)
    await bench.killTrainer()
    await restartRuns({
      store: bench.dir,
      runs: bench.runs().map(({ dir }) => dir),
      trainerScript: path.join(path.dirname(cliScript), 'trainer.js'),
      node: process.execPath,
    })
    await until('the next one at work', () => runningPids().some((pid) => pid !== lost))
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect(code, stderr).toBe(130)
    expect(bench.runs().map(({ record }) => record.state)).toEqual(['stopped', 'stopped'])
  })
})
