import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { highestAttempt } from '../../src/core/runs/store.ts'
import { SweepBench } from '../faults/sweepBench.ts'
import { until } from '../faults/trainerBench.ts'
import { noSlurm, SlurmCluster } from './slurmCluster.ts'

describe.skipIf(noSlurm() || !process.env.HEADWAY_SLOW)('x', { timeout: 500_000 }, () => {
  const cluster = new SlurmCluster()
  let bench: SweepBench
  beforeAll(async () => {
    await cluster.start()
    bench = new SweepBench(fs.mkdtempSync(path.join(os.tmpdir(), 'headway-node-')), {
      learningRate: [1e-3, 5e-4],
      batchSize: 8,
      epochs: 500,
      seeds: [1, 2, 3],
    })
  })
  afterAll(async () => {
    await bench.dispose()
    await cluster.stop()
  })
  it('goes on', async () => {
    const { ended } = bench.start(
      { ...cluster.env, HEADWAY_SLURM_SILENCE: '8' },
      '--executor',
      'slurm',
      '--workers',
      '2',
    )
    await until(
      'two at work',
      () =>
        fs.existsSync(bench.sweepDir) &&
        bench.runs().filter(({ record }) => record.state === 'running').length === 2,
      { patience: 60_000, poll: 200 },
    )
    process.kill(cluster.pidOf('n1'), 'SIGKILL')
    const { code, stderr, stdout } = await ended
    console.log(
      stderr
        .split('\n')
        .filter((l) => /Slurm|lost|gone/.test(l))
        .join('\n'),
      stdout.slice(0, 300),
    )
    console.log(
      bench
        .runs()
        .map(
          ({ dir, record }) =>
            `${record.state} ${highestAttempt(dir)} ${record.trainer?.process.pid}`,
        )
        .join('\n'),
    )
    expect(code).toBe(0)
    expect(bench.doneTwice()).toEqual([])
  })
})
