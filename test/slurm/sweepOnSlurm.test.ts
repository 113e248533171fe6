import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { highestAttempt, layout } from '../../src/core/runs/store.ts'
import { RunRegistry } from '../../src/host/runs/registry.ts'
import { trainerProcesses } from '../../src/host/runs/trainerProcesses.ts'
import { isProcessAlive } from '../../src/runtime/processIdentity.ts'
import { lastJob } from '../../src/runtime/slurm/jobFolder.ts'
import { headway } from '../cli/headway.ts'
import { SweepBench } from '../faults/sweepBench.ts'
import { until } from '../support/until.ts'
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
  afterEach(() => {
    delete process.env.SLURM_CONF
    cluster.call('scancel', ['--user=root'])
  })
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
    // As many as the cluster lets an array have, and each works on until nothing is left.
    expect(lastJob(bench.sweepDir)?.tasks).toBe(5)
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

  /** A job of two runs and one worker, that its person has left to go on. */
  const leftAtWork = async () => {
    const bench = newBench()
    bench.write({
      ...JSON.parse(fs.readFileSync(path.join(bench.dir, 'tiny.headway.json'), 'utf8')),
      learningRate: 1e-3,
      batchSize: 8,
      epochs: 1000,
      seeds: [1, 2],
    })
    const first = bench.start(env, ...onSlurm, '--workers', '1')
    await until('a run at work', () => atWork(bench) !== undefined, { patience: 60_000, poll: 50 })
    first.child.kill('SIGINT')
    const left = await first.ended
    expect(left.code, left.stderr).toBe(130)
    expect(left.stderr).toContain('goes on')
    const running = bench.runs().find(({ record }) => record.state === 'running')!
    const queued = bench.runs().find(({ record }) => record.state === 'queued')!
    return { bench, running, queued }
  }
  const states = (bench: SweepBench) => bench.runs().map(({ record }) => record.state)
  const expectEnded = ({ bench, running }: Awaited<ReturnType<typeof leftAtWork>>) => {
    expect(isProcessAlive(running.record.trainer!.process)).toBe(false)
    expect(fs.existsSync(path.join(lastJob(bench.sweepDir)!.dir, 'job.sh'))).toBe(true)
    const checkpoint = path.join(layout.checkpoint(running.dir, 1), 'state.json')
    expect(fs.existsSync(checkpoint)).toBe(true)
  }

  it('is left, shown as it is, refused to others, and cancelled with its checkpoints kept', async () => {
    const left = await leftAtWork()
    const { bench, queued } = left
    const local = await bench.start().ended
    expect(local.code).toBe(2)
    expect(local.stderr).toContain('is at work on tiny')
    process.env.SLURM_CONF = cluster.env.SLURM_CONF
    // No launch's grace any more: waiting for Slurm may take days.
    fs.utimesSync(layout.runRecord(queued.dir), 1, 1)
    const registry = new RunRegistry(trainerProcesses)
    try {
      registry.setStores([bench.dir])
      const shown = () => registry.runs().map(({ state }) => state.state)
      expect(shown()).toEqual(states(bench))
      await sleep(4000)
      expect(shown()).toEqual(states(bench))
    } finally {
      registry.dispose()
    }
    const listed = await headway(['runs', '--json'], bench.dir)
    const { runs } = JSON.parse(listed.stdout).sweeps[0]
    expect(runs.map(({ state }: { state: string }) => state).sort()).toEqual(['queued', 'running'])
    for (const target of ['tiny', queued.record.id]) {
      const deleted = await headway(['delete', target], bench.dir)
      expect(deleted.code, deleted.stdout).toBe(2)
      expect(deleted.stderr).toMatch(/^Run \S+ is (queued|running)/)
    }
    const cancelled = await headway(['cancel', 'tiny', '--json'], bench.dir)
    expect(cancelled.code, cancelled.stderr).toBe(0)
    expect(states(bench)).toEqual(['stopped', 'stopped'])
    expectEnded(left)
  })

  it('is paused by its files where Slurm does not answer', async () => {
    const left = await leftAtWork()
    const { bench, running } = left
    // Slurm's programs wait a minute for a file that is not there, longer than Headway waits for them.
    process.env.SLURM_CONF = path.join(bench.dir, 'no such file')
    const one = await headway(['stop', running.record.id], bench.dir)
    expect(one.code).toBe(2)
    expect(one.stderr).toContain('is at work on the whole sweep')
    // With an empty one they fail at once.
    process.env.SLURM_CONF = path.join(bench.dir, 'slurm.conf')
    fs.writeFileSync(process.env.SLURM_CONF, '')
    const paused = await headway(['pause', 'tiny'], bench.dir)
    expect(paused.code, paused.stderr).toBe(0)
    expect(states(bench)).toEqual(['paused', 'paused'])
    const isGone = () => !cluster.call('squeue', ['-h', '-o', '%T']).trim()
    await until('no task is left', isGone, { patience: 30_000, poll: 300 })
    expect(states(bench)).toEqual(['paused', 'paused'])
    expectEnded(left)
  })
})
