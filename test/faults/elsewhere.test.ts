import fs from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { writeJsonAtomic } from '../../src/core/files/atomicFile.ts'
import { trainerProtocol } from '../../src/core/protocol/trainer.ts'
import { sealOf } from '../../src/core/runs/attemptSeal.ts'
import type { TrainerRecord } from '../../src/core/runs/records.ts'
import { highestAttempt, layout, readRun, writeRun } from '../../src/core/runs/store.ts'
import { ownIdentity } from '../../src/runtime/processIdentity.ts'
import { isAlive, readTrainerRecord } from '../../src/runtime/trainerRecord.ts'
import { until } from '../support/until.ts'
import {
  eventsOf,
  release,
  stepsOf,
  TrainerBench,
  untilBlocked,
  untilGone,
  untilState,
} from './trainerBench.ts'

const bench = new TrainerBench()
beforeAll(() => bench.build(), 60_000)
beforeEach(() => {
  process.env.HEADWAY_SILENCE = '5'
})
afterEach(() => {
  delete process.env.HEADWAY_SILENCE
  clearInterval(heart)
  bench.clear()
})
afterAll(() => bench.dispose())

let heart: NodeJS.Timeout | undefined
const hour = 3600

const elsewhere: TrainerRecord = {
  process: { host: 'elsewhere', pid: 1, startTime: 'another-boot:1' },
  socket: '/nowhere/on/this/machine.sock',
  protocol: trainerProtocol,
  version: '0.0.0',
}

/** What a trainer of another machine leaves in the store, whose clock is off by so many seconds. */
const recordElsewhere = (
  store: string,
  off: number,
  seat?: number,
  process = elsewhere.process,
) => {
  const file = layout.trainerRecord(store, seat)
  writeJsonAtomic(file, { ...elsewhere, process, ...(seat === undefined ? {} : { seat }) })
  const beat = () => fs.utimesSync(file, Date.now() / 1000 + off, Date.now() / 1000 + off)
  beat()
  return beat
}

describe.runIf(process.platform === 'linux')(
  'a store that a trainer of another container on this machine has',
  { timeout: 60_000 },
  () => {
    it('is left to it while it lives', async () => {
      const store = bench.newStore()
      const run = bench.addRun(store, 'wanted', { steps: 1 })
      const process = { ...ownIdentity(), host: 'container', namespace: '1' }
      heart = setInterval(recordElsewhere(store, 0, undefined, process), 500)
      await expect(bench.launch(store, run)).rejects.toThrow('A trainer on container')
      expect(highestAttempt(run)).toBe(0)
    })
  },
)

describe('a store that a trainer of another machine has', { timeout: 60_000 }, () => {
  it.each([
    ['an hour behind', -hour, undefined],
    ['an hour ahead', hour, undefined],
    ['right, in another seat', 0, 1],
  ])('is left to it while it lives; its clock is %s', async (_, off, seat) => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'wanted', { steps: 1 })
    heart = setInterval(recordElsewhere(store, off, seat), 500)
    await expect(bench.launch(store, run)).rejects.toThrow('A trainer on elsewhere (process 1)')
    expect(highestAttempt(run)).toBe(0)
  })

  it.each([
    ['an hour behind', -hour],
    ['an hour ahead', hour],
  ])('is taken over when it is silent; its clock was %s', async (_, off) => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'wanted', { steps: 1 })
    recordElsewhere(store, off, 1)
    recordElsewhere(store, off)
    const trainer = await bench.launch(store, run)
    await untilState(run, 'done')
    await untilGone(store, trainer)
    expect(fs.existsSync(layout.trainerRecord(store, 1))).toBe(false)
  })

  it('and that was frozen, comes back, and changes nothing of a run that was taken over', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'frozen', { steps: 6, checkpointAt: 2, blockAt: 4 })
    const orphan = await bench.launch(store, run)
    await untilBlocked(run)
    process.kill(orphan.process.pid, 'SIGSTOP')
    // From here on it looks as one of another machine does.
    const apart = { ...orphan, process: elsewhere.process }
    writeJsonAtomic(layout.trainerRecord(store), apart)
    writeRun(run, { ...readRun(run), trainer: apart })
    release(run)
    const successor = await bench.launch(store, run)
    await untilState(run, 'done')
    await untilGone(store, successor)
    expect(stepsOf(eventsOf(run, 2))).toEqual([3, 4, 5, 6])
    const before = fs.readFileSync(layout.runRecord(run), 'utf8')

    process.kill(orphan.process.pid, 'SIGCONT')
    await until('the orphan ends', () => !isAlive(orphan))
    expect([sealOf(run, 1), sealOf(run, 2)]).toEqual(['successor', 'owner'])
    expect(fs.readFileSync(layout.runRecord(run), 'utf8')).toBe(before)
    expect(fs.existsSync(path.join(layout.checkpoint(run, 1), 'state.json'))).toBe(false)
    expect(readTrainerRecord(store)).toBeUndefined()
  })
})
