import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { highestAttempt, layout } from '../../src/core/runs/store.ts'
import { isProcessAlive } from '../../src/runtime/processIdentity.ts'
import { lastJob } from '../../src/runtime/slurm/jobFolder.ts'
import { headway } from '../cli/headway.ts'
import { SweepBench } from '../faults/sweepBench.ts'
import { until } from '../faults/trainerBench.ts'
import { noSlurm, SlurmCluster } from './slurmCluster.ts'

const missing = noSlurm()
if (missing) process.stderr.write(`Slurm tests are skipped: ${missing}.\n`)

const grid = { learningRate: [1e-3, 5e-4, 2e-4], batchSize: [8, 16], epochs: [4, 5, 6] }
const onSlurm = ['--executor', 'slurm', '--workers', '2', '--time', '10']
/** Seconds without a heartbeat. */
const silence = '8'

describe.skipIf(missing)('a sweep on Slurm', { timeout: 240_000 }, () => {
  const cluster = new SlurmCluster()
  const benches: SweepBench[] = []
  const newBench = (): SweepBench => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-on slurm-'))
    benches.push(new SweepBench(dir, grid))
    return benches.at(-1)!
  }
  const env = { ...cluster.env, HEADWAY_SILENCE: silence }

  beforeAll(() => cluster.start())
  afterEach(() => cluster.call('scancel', ['--user=root']))
  afterAll(async () => {
    for (const bench of benches) await bench.dispose()
    await cluster.stop()
  })

  /** Of a run whose trainer is at work: more than a few steps, so that something would be lost. */
  const atWork = (bench: SweepBench) => {
    if (!fs.existsSync(layout.sweepRecord(bench.sweepDir))) return undefined
    return bench
      .runs()
      .filter(({ record }) => record.state === 'running')
      .find((run) => bench.events(run).filter(({ type }) => type === 'step').length > 3)
  }

  it('of 18 cells with two workers, one of them killed, loses and repeats none', async () => {
    const alone = newBench()
    const undisturbed = await alone.start().ended
    expect(undisturbed.code, undisturbed.stderr).toBe(0)

    const bench = newBench()
    const { ended } = bench.start(env, ...onSlurm)
    await until('a run at work', () => atWork(bench) !== undefined, { patience: 60_000, poll: 50 })
    const victim = atWork(bench)!
    process.kill(victim.record.trainer!.process.pid, 'SIGKILL')
    const { code, stdout, stderr } = await ended
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(/Slurm \d+_\d+: (failed|running)/)
    expect(bench.table()).toEqual(alone.table())
    expect(bench.doneTwice()).toEqual([])
    const attempts = bench.runs().map(({ dir }) => highestAttempt(dir))
    expect(attempts.filter((attempt) => attempt === 2)).toHaveLength(1)
    expect(attempts.filter((attempt) => attempt === 1)).toHaveLength(17)
    expect(highestAttempt(victim.dir)).toBe(2)
    const trainers = new Set(bench.runs().map(({ record }) => record.trainer?.process.pid))
    expect(trainers.size).toBeGreaterThan(1)
    for (const { dir } of bench.runs()) {
      expect(fs.existsSync(path.join(layout.model(dir), 'model.safetensors'))).toBe(true)
    }
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!).runs).toHaveLength(18)
    const again = await bench.start(env, ...onSlurm).ended
    expect(again.stderr).toContain('18 of 18 runs are finished already and kept')
  })

  it('is left, refused to another launch, and cancelled with its checkpoints kept', async () => {
    const bench = newBench()
    bench.write({
      ...JSON.parse(fs.readFileSync(path.join(bench.dir, 'tiny.headway.json'), 'utf8')),
      learningRate: 1e-3,
      batchSize: 8,
      epochs: 400,
      seeds: [1, 2],
    })
    const first = bench.start(env, ...onSlurm)
    await until('a run at work', () => atWork(bench) !== undefined, { patience: 60_000, poll: 50 })
    first.child.kill('SIGINT')
    const left = await first.ended
    expect(left.code, left.stderr).toBe(130)
    expect(left.stderr).toContain('goes on')
    const local = await bench.start().ended
    expect(local.code).toBe(2)
    expect(local.stderr).toContain('is at work on tiny')
    const running = bench.runs().find(({ record }) => record.state === 'running')!
    process.env.SLURM_CONF = cluster.env.SLURM_CONF
    const cancelled = await headway(['cancel', 'tiny', '--json'], bench.dir)
    delete process.env.SLURM_CONF
    expect(cancelled.code, cancelled.stderr).toBe(0)
    expect(bench.runs().map(({ record }) => record.state)).toEqual(['stopped', 'stopped'])
    expect(isProcessAlive(running.record.trainer!.process)).toBe(false)
    expect(fs.existsSync(path.join(lastJob(bench.sweepDir)!.dir, 'job.sh'))).toBe(true)
    const checkpoint = path.join(layout.checkpoint(running.dir, 1), 'state.json')
    expect(fs.existsSync(checkpoint)).toBe(true)
  })
})
