import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { EventLogReader } from '../../src/core/runs/eventLog.ts'
import { highestAttempt, layout } from '../../src/core/runs/store.ts'
import { TrainerClient } from '../../src/runtime/trainerClient.ts'
import { readTrainerRecord } from '../../src/runtime/trainerRecord.ts'
import { until as untilSoon } from '../support/until.ts'
import { SweepBench } from './sweepBench.ts'

/** Looking costs something: all events are read. A machine may be slow, and shared. */
const patience = 90_000
const until = (what: string, holds: () => boolean) => untilSoon(what, holds, { patience, poll: 50 })

const newFolder = () => fs.mkdtempSync(path.join(os.tmpdir(), 'headway-sweep-'))
const benches: SweepBench[] = []
const newBench = (experiment: object = {}, dir = newFolder()): SweepBench => {
  const bench = new SweepBench(dir, experiment)
  benches.push(bench)
  return bench
}
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.dispose()
})

/** What an undisturbed sweep says. */
let undisturbed: object[]
beforeAll(async () => {
  const bench = newBench()
  const { code, stderr } = await bench.start().ended
  expect(code, stderr).toBe(0)
  undisturbed = bench.table()
  expect(undisturbed).toHaveLength(4)
  await bench.dispose()
}, 120_000)

/** One command goes on, and in the end nothing is lost and nothing was done twice. */
const expectWhole = async (bench: SweepBench): Promise<void> => {
  const { code, stderr } = await bench.start().ended
  expect(code, stderr).toBe(0)
  expect(bench.table()).toEqual(undisturbed)
  expect(bench.doneTwice()).toEqual([])
}

describe('a sweep whose trainer is killed', () => {
  it('in the middle of an epoch goes on by itself', async () => {
    const bench = newBench()
    const { ended } = bench.start()
    await until('some steps', () => bench.steps() > 10)
    await bench.killTrainer()
    const { code, stderr } = await ended
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('another one takes over')
    expect(bench.table()).toEqual(undisturbed)
    expect(bench.doneTwice()).toEqual([])
  })

  it('with its data moved meanwhile goes on at the first launch', async () => {
    const bench = newBench()
    const { child } = bench.start()
    await until('some steps', () => bench.steps() > 10)
    child.kill('SIGKILL')
    await bench.killTrainer()
    expect(bench.runs().some(({ record }) => record.state === 'running')).toBe(true)
    fs.renameSync(path.join(bench.dir, 'train.tsv'), path.join(bench.dir, 'moved.tsv'))
    const file = path.join(bench.dir, 'tiny.headway.json')
    const experiment = JSON.parse(fs.readFileSync(file, 'utf8'))
    bench.write({ ...experiment, data: { ...experiment.data, train: 'moved.tsv' } })
    await expectWhole(bench)
  })

  it('while it writes a checkpoint goes on from the one before', async () => {
    const bench = newBench()
    const { child } = bench.start()
    const half = await frozenInCheckpoint(bench)
    child.kill('SIGKILL')
    await bench.killTrainer()
    expect(fs.existsSync(half)).toBe(true)
    await expectWhole(bench)
  })

  it('while it appends an event keeps the events before', async () => {
    const bench = newBench()
    const HEADWAY_NODE = nodeWith(bench, dieInEvent(path.join(bench.dir, 'died')))
    const { code, stderr } = await bench.start({ HEADWAY_NODE }).ended
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('another one takes over')
    const torn = bench
      .runs()
      .map(({ dir }) => layout.events(dir, 1))
      .filter((file) => !fs.readFileSync(file, 'utf8').endsWith('}\n'))
    expect(torn).toHaveLength(1)
    const lines = fs.readFileSync(torn[0]!, 'utf8').split('\n')
    expect(lines.at(-1)).toMatch(/^\{"seq":/)
    expect(new EventLogReader(torn[0]!).read()).toHaveLength(lines.length - 1)
    expect(bench.table()).toEqual(undisturbed)
    expect(bench.doneTwice()).toEqual([])
  })

  it('at five random moments, relaunched each time, gives the same table', async () => {
    const bench = newBench()
    for (let kill = 0; kill < 5; kill++) {
      const { child, ended } = bench.start()
      const steps = bench.steps()
      // From the first step on: most of the time before it is that of starting up.
      await until('a step', () => bench.steps() > steps || child.exitCode !== null)
      await sleep(Math.random() * 700)
      child.kill('SIGKILL')
      await bench.killTrainer()
      await ended
    }
    await expectWhole(bench)
  })

  it('three times at one run marks that run as failed and does the others', async () => {
    const bench = newBench()
    const { ended } = bench.start()
    const [first] = await firstRuns(bench)
    for (let attempt = 1; attempt <= 3; attempt++) {
      await until(`attempt ${attempt}`, () => fs.existsSync(layout.events(first!.dir, attempt)))
      await bench.killTrainer()
    }
    const { code } = await ended
    expect(code).toBe(1)
    const [failed, ...others] = bench.runs().map(({ record }) => record)
    expect(failed).toMatchObject({ state: 'failed', lost: { count: 3, attempt: 3 } })
    expect(failed?.reason).toMatch(/^Its trainer ended 3 times in a row at this run/)
    expect(others.map(({ state }) => state)).toEqual(['done', 'done', 'done'])
    await expectWhole(bench)
  })
})

describe('a sweep', () => {
  it('launched twice at once is done once', async () => {
    const bench = newBench()
    const both = await Promise.all([bench.start().ended, bench.start().ended])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(bench.runs().map(({ dir }) => highestAttempt(dir))).toEqual([1, 1, 1, 1])
    expect(bench.table()).toEqual(undisturbed)
    const again = await bench.start().ended
    expect(again.stderr).toContain('4 of 4 runs are finished already and kept')
  })

  it.each([
    ['changed', (file: string) => fs.appendFileSync(file, 'w1 w2\ta\n'), 'has changed since'],
    ['deleted', (file: string) => fs.rmSync(file), 'is gone since'],
  ])('whose data are %s under it trains nothing on them', async (_, disturb, reason) => {
    const bench = newBench()
    const file = path.join(bench.dir, 'train.tsv')
    const original = fs.readFileSync(file)
    const { ended } = bench.start()
    await until('some steps', () => bench.steps() > 2)
    disturb(file)
    const { code, stderr } = await ended
    expect(code, stderr).toBe(2)
    const [first, ...others] = bench.runs().map(({ record }) => record)
    expect(first?.state, stderr).toBe('done')
    for (const record of others) {
      expect(record, stderr).toMatchObject({ state: 'failed', inputError: true })
      expect(record.reason).toContain(reason)
    }
    fs.writeFileSync(file, original)
    await expectWhole(bench)
  })

  it('goes on where the clock is set back', async () => {
    const bench = newBench()
    // An hour back after half a second.
    const HEADWAY_NODE = nodeWith(
      bench,
      'const now = Date.now, start = performance.now()\nDate.now = () => now() - (performance.now() - start > 500 ? 3600e3 : 0)\n',
    )
    const { code, stderr } = await bench.start({ HEADWAY_NODE }).ended
    expect(code, stderr).toBe(0)
    for (const run of bench.runs()) {
      const times = bench.events(run).map(({ time }) => time)
      expect(times).toEqual([...times].sort((a, b) => a - b))
    }
    expect(bench.table()).toEqual(undisturbed)
  })
})

const canMount = process.platform === 'linux' && process.getuid?.() === 0

describe.skipIf(!canMount)('a sweep on a full disk', () => {
  let disk: string
  afterEach(() => {
    execFileSync('umount', ['--lazy', disk])
    fs.rmSync(disk, { recursive: true, force: true })
  })

  it('loses nothing that was finished, and goes on once there is room', async () => {
    disk = newFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk])
    const dir = path.join(disk, 'work')
    fs.mkdirSync(dir)
    const bench = newBench({}, dir)
    const { child, ended } = bench.start()
    await until('a step', () => bench.steps() > 0)
    const missed = watchForFullDisk(await TrainerClient.connect(readTrainerRecord(dir)!))
    await until('a finished run', () => bench.runs().some(({ record }) => record.state === 'done'))
    // A quick machine is done with the other runs before the disk is full.
    const trainer = bench.trainerPid()
    if (trainer === undefined) throw new Error('The sweep was over too soon.')
    process.kill(trainer, 'SIGSTOP')
    const filler = path.join(disk, 'filler')
    fillUp(filler)
    process.kill(trainer, 'SIGCONT')
    await missed
    const done = bench.table().filter((run) => (run as { state: string }).state === 'done')
    fs.rmSync(filler)
    await Promise.race([ended, sleep(60_000)])
    child.kill('SIGKILL')
    await bench.untilNoTrainer()
    expect(bench.table()).toEqual(expect.arrayContaining(done))
    await expectWhole(bench)
  })
})

/** Resolves when the trainer says that it could not write something. */
const watchForFullDisk = (client: TrainerClient): Promise<void> =>
  new Promise((resolve) => {
    client.onMessage((message) => {
      if (message.type !== 'event') return
      if (!/cannot be written|ENOSPC/.test(JSON.stringify(message.event))) return
      client.dispose()
      resolve()
    })
  })

const fillUp = (file: string): void => {
  const handle = fs.openSync(file, 'w')
  const block = Buffer.alloc(1 << 16)
  try {
    for (;;) fs.writeSync(handle, block)
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
  } finally {
    fs.closeSync(handle)
  }
}

/** A Node for the trainer in all of whose threads this script runs first. */
const nodeWith = (bench: SweepBench, script: string): string => {
  const first = path.join(bench.dir, 'first.cjs')
  fs.writeFileSync(first, script)
  const node = path.join(bench.dir, 'node')
  fs.writeFileSync(node, `#!/bin/sh\nexec '${process.execPath}' --require '${first}' "$@"\n`)
  fs.chmodSync(node, 0o755)
  return node
}

/** The first trainer writes its twelfth step's line but for its end, and is killed there. */
const dieInEvent = (once: string): string => `
const fs = require('node:fs')
const write = fs.writeSync
let steps = 0
fs.writeSync = (handle, bytes, ...rest) => {
  if (Buffer.from(bytes).includes('"type":"step"') && ++steps === 12 && !fs.existsSync('${once}')) {
    fs.closeSync(fs.openSync('${once}', 'w'))
    write(handle, bytes.subarray(0, bytes.length - 20))
    process.kill(process.pid, 'SIGKILL')
  }
  return write(handle, bytes, ...rest)
}
`

const firstRuns = async (bench: SweepBench) => {
  await until('the runs', () => fs.existsSync(layout.sweepRecord(bench.sweepDir)))
  return bench.runs()
}

/**
 * Freezes the trainer while a half-written file lies in a checkpoint's folder.
 * @returns that file
 */
const frozenInCheckpoint = async (bench: SweepBench): Promise<string> => {
  const runs = await firstRuns(bench)
  let half: string | undefined
  const frozen = () => {
    half = runs
      .map(({ dir }) => layout.checkpoint(dir, Math.max(1, highestAttempt(dir))))
      .flatMap((folder) =>
        fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => path.join(folder, name)) : [],
      )
      .find((file) => file.endsWith('.tmp'))
    const pid = bench.trainerPid()
    if (half === undefined || pid === undefined) return false
    process.kill(pid, 'SIGSTOP')
    if (fs.existsSync(half)) return true
    process.kill(pid, 'SIGCONT')
    return false
  }
  await untilSoon('a checkpoint that is being written', frozen, { patience })
  return half!
}
