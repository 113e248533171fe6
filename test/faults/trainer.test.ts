import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { writeJsonAtomic } from '../../src/core/files/atomicFile.ts'
import { reopenRun } from '../../src/core/launch/place.ts'
import {
  longestMessage,
  type TrainerMessage,
  trainerProtocol,
} from '../../src/core/protocol/trainer.ts'
import type { TrainerRecord } from '../../src/core/runs/records.ts'
import { highestAttempt, layout, readRun, writeRun } from '../../src/core/runs/store.ts'
import { ownIdentity } from '../../src/runtime/processIdentity.ts'
import { TrainerClient } from '../../src/runtime/trainerClient.ts'
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
afterEach(() => bench.clear())
afterAll(() => bench.dispose())

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('the trainer at work', { timeout: 60_000 }, () => {
  it('records every event with nobody listening, and leaves nothing behind', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'quiet', { steps: 200 })
    const trainer = await bench.launch(store, run)
    await untilState(run, 'done')
    await untilGone(store, trainer)
    const events = eventsOf(run)
    expect(events.map((event) => event.seq)).toEqual(range(1, 202))
    expect(stepsOf(events)).toEqual(range(1, 200))
    expect(events.at(-1)).toMatchObject({ type: 'finished', state: 'done' })
    expect(readRun(run)).toMatchObject({ attempt: 1, metrics: { accuracy: 0.5 }, trainer })
  })

  it('answers Stop in the middle of a blocking step, and stops at its end', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'stop', { steps: 10, blockAt: 3 })
    const next = bench.addRun(store, 'next', { steps: 1 })
    const client = await TrainerClient.connect(await bench.launch(store, run, next))
    await untilBlocked(run)
    await client.stop(run)
    expect(await client.status()).toEqual({ running: run, queued: [next], stopping: true })
    expect(stepsOf(eventsOf(run))).toEqual([1, 2])
    release(run)
    await untilState(run, 'stopped')
    expect(stepsOf(eventsOf(run))).toEqual([1, 2, 3])
    await untilState(next, 'done')
    client.dispose()
  })

  it('pauses what runs and what waits, and takes it up again', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'paused', { steps: 6, checkpointAt: 2, blockAt: 3 })
    const next = bench.addRun(store, 'next', { steps: 1 })
    const trainer = await bench.launch(store, run, next)
    const client = await TrainerClient.connect(trainer)
    await untilBlocked(run)
    await client.stop([run, next], 'pause')
    client.dispose()
    expect(readRun(next).state).toBe('paused')
    release(run)
    await untilGone(store, trainer)
    expect(readRun(run).state).toBe('paused')
    expect(eventsOf(run).at(-1)).toMatchObject({ type: 'finished', state: 'paused' })
    for (const dir of [run, next]) reopenRun(dir)
    await bench.launch(store, run, next)
    await untilState(next, 'done')
    expect(stepsOf(eventsOf(run, 2))).toEqual([3, 4, 5, 6])
  })

  it('works on a run first that was put first', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'at work', { steps: 2, blockAt: 1 })
    const [second, third] = [2, 3].map((n) => bench.addRun(store, `run${n}`, { steps: 1 }))
    const client = await TrainerClient.connect(await bench.launch(store, run, second!, third!))
    await untilBlocked(run)
    await client.first(third!)
    expect((await client.status()).queued).toEqual([third, second])
    release(run)
    await untilState(second!, 'done')
    expect(eventsOf(third!)[0]!.time).toBeLessThanOrEqual(eventsOf(second!)[0]!.time)
    client.dispose()
  })

  it('keeps its heart beating while a step blocks', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'beat', { steps: 2, blockAt: 1 })
    const client = await TrainerClient.connect(await bench.launch(store, run))
    await untilBlocked(run)
    const beats: TrainerMessage[] = []
    client.onMessage((message) => message.type === 'heartbeat' && beats.push(message))
    const before = fs.readFileSync(layout.heartbeat(run, 1), 'utf8')
    await until('two heartbeats', () => beats.length >= 2)
    expect(Number(fs.readFileSync(layout.heartbeat(run, 1), 'utf8'))).toBeGreaterThan(
      Number(before),
    )
    expect(eventsOf(run).at(-1)?.type).toBe('started')
    client.dispose()
  })

  it('goes on with the next run after one that failed', async () => {
    const store = bench.newStore()
    const broken = bench.addRun(store, 'broken', { steps: 3, failAt: 2 })
    const wrong = bench.addRun(store, 'wrong', { steps: 3, badInput: 'train.tsv:3: no label.' })
    const good = bench.addRun(store, 'good', { steps: 3 })
    await bench.launch(store, broken, wrong, good)
    await untilState(good, 'done')
    expect(readRun(broken)).toMatchObject({ state: 'failed', reason: 'The engine broke.' })
    expect(readRun(broken).inputError).toBeUndefined()
    expect(readRun(wrong)).toMatchObject({
      state: 'failed',
      reason: 'train.tsv:3: no label.',
      inputError: true,
    })
  })

  it('stops the running and the queued runs on SIGTERM', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'first', { steps: 1_000_000 })
    const queued = bench.addRun(store, 'second', { steps: 1 })
    const trainer = await bench.launch(store, run, queued)
    await until('a step', () => fs.existsSync(layout.events(run, 1)))
    process.kill(trainer.process.pid, 'SIGTERM')
    await untilGone(store, trainer)
    expect(readRun(run).state).toBe('stopped')
    expect(readRun(queued)).toMatchObject({ state: 'stopped', attempt: 0 })
  })
})

describe('the trainer is killed', { timeout: 60_000 }, () => {
  it('keeps the events up to then; a relaunch resumes in a second attempt', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'killed', { steps: 6, checkpointAt: 2, blockAt: 4 })
    const first = await bench.launch(store, run)
    await untilBlocked(run)
    process.kill(first.process.pid, 'SIGKILL')
    await until('the trainer dies', () => !isAlive(first))
    expect(stepsOf(eventsOf(run))).toEqual([1, 2, 3])
    expect(readRun(run).state).toBe('running')
    expect(readTrainerRecord(store)).toEqual(first)

    release(run)
    const second = await bench.launch(store, run)
    expect(second.process.pid).not.toBe(first.process.pid)
    await untilState(run, 'done')
    const events = eventsOf(run, 2)
    expect(events[0]).toMatchObject({ type: 'started', attempt: 2, resumedFrom: 2, seq: 1 })
    expect(stepsOf(events)).toEqual([3, 4, 5, 6])
  })

  it('after the last event: the record is mended, nothing is trained again', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'mended', { steps: 2 })
    await untilGone(store, await bench.launch(store, run))
    const { metrics, ended, ...done } = readRun(run)
    writeRun(run, { ...done, state: 'running' })
    await untilGone(store, await bench.launch(store, run))
    expect(readRun(run)).toMatchObject({ state: 'done', attempt: 1, metrics })
    expect(highestAttempt(run)).toBe(1)
  })

  it('is not what happens when its launcher is', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'orphan', { steps: 4, blockAt: 2 })
    const launcher = await bench.launchApart(store, run)
    await untilBlocked(run)
    launcher.kill()
    await launcher.ended
    const again = await TrainerClient.connect(launcher.record)
    expect((await again.status()).running).toBe(run)
    again.dispose()
    release(run)
    await untilState(run, 'done')
    expect(stepsOf(eventsOf(run))).toEqual([1, 2, 3, 4])
  })

  it('and its pid came round again: a new trainer takes the store', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'reused', { steps: 1 })
    const stale: TrainerRecord = {
      process: { ...ownIdentity(), startTime: 'another' },
      socket: path.join(store, 'gone.sock'),
      protocol: trainerProtocol,
      version: '0.0.0',
    }
    writeJsonAtomic(layout.trainerRecord(store), stale)
    const trainer = await bench.launch(store, run)
    expect(trainer.process.pid).not.toBe(process.pid)
    await untilState(run, 'done')
  })
})

describe('early stopping', { timeout: 60_000 }, () => {
  const scores = { good: [0.8, 0.9], bad: [0.1, 0.2] }

  it.each([
    [true, 'stoppedEarly', 1],
    [false, 'done', 2],
  ] as const)('%s: a hopeless run ends as %s', async (earlyStopping, state, epochs) => {
    const store = bench.newStore()
    const good = range(1, 3).map((n) =>
      bench.addRun(store, `good${n}`, { steps: 2, scores: scores.good }),
    )
    const bad = bench.addRun(store, 'bad', { steps: 2, scores: scores.bad })
    bench.writeSweep(store, [...good, bad], { earlyStopping })
    await untilGone(store, await bench.launch(store, ...good, bad))
    expect(good.map((run) => readRun(run).state)).toEqual(['done', 'done', 'done'])
    expect(readRun(bad).state).toBe(state)
    expect(stepsOf(eventsOf(bad))).toHaveLength(epochs)
    if (!earlyStopping) return
    // Gone on with by hand, it comes to its end.
    reopenRun(bad)
    await untilGone(store, await bench.launch(store, bad))
    expect(readRun(bad).state).toBe('done')
  })
})

describe('several trainers of one store', { timeout: 60_000 }, () => {
  it('share its runs, each run with one of them', async () => {
    const store = bench.newStore()
    const runs = range(1, 6).map((n) => bench.addRun(store, `run${n}`, { steps: 3, blockAt: 2 }))
    const trainers = await bench.launchParallel(store, 2, ...runs)
    expect(new Set(trainers.map(({ process: { pid } }) => pid)).size).toBe(2)
    await untilBlocked(runs[0]!)
    await untilBlocked(runs[1]!)
    for (const run of runs) release(run)
    for (const run of runs) await untilState(run, 'done')
    for (const trainer of trainers) await untilGone(store, trainer)
    expect(runs.map(highestAttempt)).toEqual([1, 1, 1, 1, 1, 1])
  })
})

describe('launches', { timeout: 60_000 }, () => {
  it('at once make one trainer, which does all their runs', async () => {
    const store = bench.newStore()
    const runs = range(1, 4).map((n) => bench.addRun(store, `run${n}`, { steps: 3, blockAt: 2 }))
    const trainers = await Promise.all(runs.map((run) => bench.launch(store, run)))
    expect(new Set(trainers.map((trainer) => trainer.process.pid)).size).toBe(1)
    for (const run of runs) release(run)
    for (const run of runs) await untilState(run, 'done')
    expect(runs.map(highestAttempt)).toEqual([1, 1, 1, 1])
  })

  it('that meet a trainer at its end are not lost', async () => {
    const store = bench.newStore()
    for (const n of range(1, 12)) {
      const run = bench.addRun(store, `short${n}`, { steps: 1 })
      await bench.launch(store, run)
      // The last event comes just before the trainer ends.
      await until('the end', () => eventsOf(run).at(-1)?.type === 'finished')
    }
  })

  it('skip what is done, and refuse what is no run of the store', async () => {
    const store = bench.newStore()
    const done = bench.addRun(store, 'done', { steps: 1 }, 'done')
    const foreign = bench.addRun(bench.newStore(), 'foreign', { steps: 1 })
    await untilGone(store, await bench.launch(store, done))
    expect(highestAttempt(done)).toBe(0)
    await expect(bench.launch(store, foreign)).rejects.toThrow('is not a run of')
    await expect(bench.launch(store, store)).rejects.toThrow('is no run')
  })

  it('say why the trainer did not start', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'run', { steps: 1 })
    fs.mkdirSync(path.join(layout.trainerRecord(store), 'in the way'), { recursive: true })
    await expect(bench.launch(store, run)).rejects.toThrow(/did not start: .*trainer\.json/)
  })
})

describe('clients', { timeout: 60_000 }, () => {
  const hello = `${JSON.stringify({ type: 'hello', id: 1, protocol: trainerProtocol })}\n`

  const rawClient = async (trainer: TrainerRecord, reads = true): Promise<net.Socket> => {
    const socket = net.connect(trainer.socket)
    socket.on('error', () => socket.destroy())
    if (reads) socket.resume()
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    return socket
  }
  const closed = (socket: net.Socket): Promise<void> =>
    socket.destroyed
      ? Promise.resolve()
      : new Promise((resolve) => socket.once('close', () => resolve()))

  it('see all events, in the order of the file', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'seen', { steps: 300, blockAt: 1 })
    const client = await TrainerClient.connect(await bench.launch(store, run))
    const seen: unknown[] = []
    client.onMessage((message) => message.type === 'event' && seen.push(message.event))
    await untilBlocked(run)
    release(run)
    await client.closed
    const events = eventsOf(run)
    // What came before the client did is in the file alone.
    expect(events.slice(-seen.length)).toEqual(seen)
    expect(seen.length).toBeGreaterThanOrEqual(301)
  })

  it.each([
    ['garbage', Buffer.from([0xff, 0x00, 0x7b, 0x0a])],
    ['an order without hello', Buffer.from('{"type":"stop","id":1}\n')],
    ['an unknown order', Buffer.from(`${hello}{"type":"rm","id":2}\n`)],
    ['another protocol', Buffer.from('{"type":"hello","id":1,"protocol":99}\n')],
    ['a 10 MB line', Buffer.alloc(10 * longestMessage, 'x')],
  ])('that send %s are cut off; others and the run go on', async (_, bytes) => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'hostile', { steps: 3, blockAt: 2 })
    const trainer = await bench.launch(store, run)
    const good = await TrainerClient.connect(trainer)
    await untilBlocked(run)
    const hostile = await rawClient(trainer)
    hostile.write(bytes)
    await closed(hostile)
    expect(await good.status()).toEqual({ running: run, queued: [], stopping: false })
    release(run)
    await untilState(run, 'done')
    good.dispose()
  })

  it('that read nothing keep nothing from others', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'slow', { steps: 100, blockAt: 1, chatter: 90_000 })
    const trainer = await bench.launch(store, run)
    const slow = await rawClient(trainer, false)
    slow.write(hello)
    const good = await TrainerClient.connect(trainer)
    let logs = 0
    good.onMessage((message) => {
      if (message.type === 'event' && message.event.type === 'log') logs++
    })
    await untilBlocked(run)
    release(run)
    await good.closed
    expect(logs).toBe(100)
    expect(stepsOf(eventsOf(run))).toEqual(range(1, 100))
    await untilGone(store, trainer)
    slow.destroy()
  })

  it('refuse a process that is not the one in the record', async () => {
    const store = bench.newStore()
    const run = bench.addRun(store, 'identity', { steps: 2, blockAt: 1 })
    const trainer = await bench.launch(store, run)
    const forged = { ...trainer, process: ownIdentity() }
    await expect(TrainerClient.connect(forged)).rejects.toThrow('is not the process')
    const newer = { ...trainer, protocol: trainerProtocol + 1, version: '9.9.9' }
    await expect(TrainerClient.connect(newer)).rejects.toThrow('another version of Headway (9.9.9)')
  })
})
