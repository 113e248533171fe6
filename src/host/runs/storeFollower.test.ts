import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appendEvents, runRecord, started, writeSweepOf } from '../../../test/support/runRecords.ts'
import type { TrainerMessage } from '../../core/protocol/trainer.ts'
import type { RunRecord, TrainerRecord } from '../../core/runs/records.ts'
import { layout } from '../../core/runs/store.ts'
import type { LeftRuns } from './runsLeftBy.ts'
import { StoreFollower } from './storeFollower.ts'
import type { TrainerAccess } from './trainerAccess.ts'

const trainerOf = (pid: number): TrainerRecord => ({
  process: { host: os.hostname(), pid, startTime: `boot:${pid}` },
  socket: `/nowhere-${pid}.sock`,
  protocol: 1,
  version: '0.0.0',
})

/** Trainers that live as long as the test says so, and say what it has them say. */
class FakeTrainers implements TrainerAccess {
  readonly alive = new Set<string>()
  readonly stopped: string[] = []
  private readonly listeners = new Map<string, (message: TrainerMessage) => void>()
  private readonly closing = new Map<string, () => void>()

  isAlive = ({ socket }: TrainerRecord) => this.alive.has(socket)
  isElsewhere = () => false

  connect = async ({ socket }: TrainerRecord) => ({
    onMessage: (listener: (message: TrainerMessage) => void) => {
      this.listeners.set(socket, listener)
      return () => this.listeners.delete(socket)
    },
    closed: new Promise<void>((resolve) => this.closing.set(socket, resolve)),
    status: async () => undefined,
    stop: async (runs: readonly string[] = []) => void this.stopped.push(...runs),
    first: async () => undefined,
    dispose: () => undefined,
  })

  say({ socket }: TrainerRecord, running: string | null, queued: string[]): void {
    this.listeners.get(socket)?.({ type: 'status', id: 0, running, queued, stopping: false })
  }

  kill({ socket }: TrainerRecord): void {
    this.alive.delete(socket)
    this.closing.get(socket)?.()
  }
}

describe('StoreFollower', () => {
  let store: string
  let sweepDir: string
  let trainers: FakeTrainers
  let follower: StoreFollower
  let lost: LeftRuns[]
  const trainer = trainerOf(11)

  beforeEach(() => {
    store = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-follower-'))
    trainers = new FakeTrainers()
    lost = []
    follower = new StoreFollower(store, trainers, {
      listChanged: () => undefined,
      changed: () => undefined,
      lost: (left) => lost.push(left),
      problem: (message) => expect.fail(message),
    })
  })
  afterEach(() => {
    follower.dispose()
    fs.rmSync(store, { recursive: true, force: true })
  })

  const dirOf = (id: string) => layout.run(sweepDir, id)
  const states = () =>
    Object.fromEntries(
      [...follower.sweeps.values()].flatMap(({ runs }) =>
        runs.map(({ state }) => [state.record.id, state.state]),
      ),
    )

  /** A sweep of these, launched a minute ago, and its trainer, which this window sees. */
  const begin = async (runs: readonly Partial<RunRecord>[], { linked = true } = {}) => {
    sweepDir = writeSweepOf(store, runs.map(runRecord))
    const minuteAgo = Date.now() / 1000 - 60
    for (const { id = 'r1' } of runs)
      fs.utimesSync(layout.runRecord(dirOf(id)), minuteAgo, minuteAgo)
    start(trainer)
    follower.refresh()
    follower.look(true)
    if (linked) await connected()
  }
  const start = (record: TrainerRecord) => {
    fs.writeFileSync(layout.trainerRecord(store), JSON.stringify(record))
    trainers.alive.add(record.socket)
  }
  const connected = () => new Promise((resolve) => setImmediate(resolve))

  const waiting = (id: string): Partial<RunRecord> => ({ id, state: 'queued', attempt: 0 })

  it('takes for waiting what a trainer has in line, and for interrupted what none has', async () => {
    await begin([{ id: 'runs', trainer }, waiting('waits'), waiting('left')])
    expect(states()).toEqual({ runs: 'running', waits: 'queued', left: 'queued' })
    trainers.say(trainer, dirOf('runs'), [dirOf('waits')])
    follower.look(false)
    expect(states()).toEqual({ runs: 'running', waits: 'queued', left: 'interrupted' })
  })

  it('leaves a launch time to hand its runs over', async () => {
    await begin([{ id: 'runs', trainer }])
    trainers.say(trainer, dirOf('runs'), [])
    writeSweepOf(store, [runRecord({ id: 'runs', trainer }), runRecord(waiting('launched'))])
    follower.refresh()
    follower.look(true)
    expect(states()).toEqual({ runs: 'running', launched: 'queued' })
  })

  it('takes a run that its trainer lost for waiting where another one has it, and stops it', async () => {
    const dead = trainerOf(10)
    await begin([
      { id: 'runs', trainer },
      { id: 'lost', trainer: dead },
    ])
    trainers.say(trainer, dirOf('runs'), [dirOf('lost')])
    follower.look(false)
    expect(states()).toEqual({ runs: 'running', lost: 'queued' })
    await follower.stop([dirOf('lost')], 'stop')
    expect(trainers.stopped).toEqual([dirOf('lost')])
  })

  it('knows what a trainer leaves that dies: what it had begun, then its line', async () => {
    await begin([waiting('second'), { id: 'runs', trainer }, waiting('left'), waiting('first')])
    trainers.say(trainer, dirOf('runs'), [dirOf('first'), dirOf('second')])
    trainers.kill(trainer)
    follower.look(false)
    expect(lost).toEqual([{ open: ['runs', 'first', 'second'].map(dirOf), asked: [] }])
    follower.look(true)
    expect(lost).toHaveLength(1)
  })

  it('knows it also where the trainer had said nothing yet', async () => {
    await begin(
      [{ id: 'runs', trainer }, waiting('waits'), { id: 'done', state: 'done', trainer }],
      {
        linked: false,
      },
    )
    trainers.kill(trainer)
    follower.look(false)
    expect(lost).toEqual([{ open: ['runs', 'waits'].map(dirOf), asked: [] }])
  })

  it('loses nothing where a trainer comes to its end', async () => {
    await begin([{ id: 'begunBefore', trainer: trainerOf(10) }, waiting('left')])
    trainers.say(trainer, null, [])
    fs.rmSync(layout.trainerRecord(store))
    trainers.kill(trainer)
    follower.look(true)
    expect(states()).toEqual({ begunBefore: 'interrupted', left: 'interrupted' })
    expect(lost).toEqual([])
  })

  it('remembers what the trainer was asked to end', async () => {
    await begin([{ id: 'runs', trainer }, waiting('waits')])
    trainers.say(trainer, dirOf('runs'), [dirOf('waits')])
    await follower.stop([dirOf('runs')], 'pause')
    trainers.kill(trainer)
    follower.look(false)
    expect(lost).toEqual([
      { open: [dirOf('waits')], asked: [{ dir: dirOf('runs'), how: 'pause' }] },
    ])
  })

  it('has a run settled whose trainer died between its last event and its record', async () => {
    appendEvents(layout.run(layout.sweep(store, 's1'), 'runs'), 1, 1, [started()])
    await begin([{ id: 'runs', trainer }])
    appendEvents(dirOf('runs'), 1, 2, [{ type: 'finished', state: 'done', seconds: 1 }])
    follower.look(false)
    expect(states()).toEqual({ runs: 'done' })
    trainers.kill(trainer)
    follower.look(true)
    expect(lost).toEqual([{ open: [dirOf('runs')], asked: [] }])
  })
})
