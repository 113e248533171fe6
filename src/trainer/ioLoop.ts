import fs from 'node:fs'
import { InputError, messageOf } from '../core/errors.ts'
import { type TrainerMessage, trainerProtocol } from '../core/protocol/trainer.ts'
import type { RunEventBody } from '../core/runs/events.ts'
import { layout, storeOfRun } from '../core/runs/store.ts'
import { removeStaleSockets } from '../runtime/socketPath.ts'
import { EventWriter, fileSink } from './eventWriter.ts'
import { HaltRecords } from './haltRecords.ts'
import {
  goOn,
  type IoNotice,
  type IoOrder,
  type IoStart,
  pauseAsked,
  stopAsked,
  stopFlag,
} from './ioMessages.ts'
import { complain } from './log.ts'
import { monotoneClock } from './monotoneClock.ts'
import { RunQueue } from './runQueue.ts'
import { type Order, TrainerServer } from './trainerServer.ts'

const heartbeatMs = 2000
const retryMs = 1000
/** A trainer started without runs waits this long for its launcher to hand it some. */
const firstRunMs = 10_000

interface OpenAttempt {
  readonly run: string
  readonly attempt: number
  readonly writer: EventWriter
  readonly heartbeatFile: string
}

/** Ties queue, socket, heartbeat and event file together; lives in the I/O thread. */
export class IoLoop {
  private readonly queue = new RunQueue()
  private readonly halts = new HaltRecords()
  private readonly flags: Int32Array
  private readonly server: TrainerServer
  private readonly clock = monotoneClock()
  private readonly timers: NodeJS.Timeout[] = []
  private attempt: OpenAttempt | undefined
  private recordFile: string | undefined
  private mainWaits = false
  private flushAsked = false

  constructor(
    private readonly begin: IoStart,
    private readonly notify: (notice: IoNotice) => void,
  ) {
    this.flags = new Int32Array(begin.flags)
    this.server = new TrainerServer(
      begin.socket,
      (id) => this.welcome(id),
      (order) => this.answer(order),
    )
  }

  async start(): Promise<void> {
    await this.server.listen()
    this.timers.push(
      setInterval(() => this.beat(), heartbeatMs),
      setInterval(() => this.retry(), retryMs),
    )
    this.notify({ type: 'listening' })
    removeStaleSockets(this.begin.socket)
  }

  receive(order: IoOrder): void {
    switch (order.type) {
      case 'enqueue':
        this.enqueue(order.runs)
        break
      case 'claimed':
        this.recordFile = layout.trainerRecord(this.begin.store, this.begin.seat)
        break
      case 'next':
        this.giveNext()
        break
      case 'begin':
        this.openAttempt(order.run, order.attempt)
        break
      case 'event':
        this.write(order.body)
        break
      case 'finish':
        this.write(order.body)
        this.flushAsked = true
        this.flush()
        break
      case 'over':
        this.queue.over()
        break
      case 'stopAll':
        this.stop()
        break
      case 'close':
        void this.close()
        break
      default:
        order satisfies never
    }
  }

  private welcome(id: number): TrainerMessage {
    const { process, version } = this.begin
    return { type: 'welcome', id, protocol: trainerProtocol, process, version }
  }

  private answer(order: Order): TrainerMessage {
    try {
      switch (order.type) {
        case 'enqueue':
          if (this.queue.isEnded) return { type: 'reply', id: order.id, ok: false, ending: true }
          for (const run of order.runs) this.assertOwn(run)
          this.enqueue(order.runs)
          break
        case 'stop':
          this.stop(order.runs, order.pause)
          break
        case 'first':
          if (this.queue.isEnded) return { type: 'reply', id: order.id, ok: false, ending: true }
          this.assertOwn(order.run)
          this.halts.forget([order.run])
          this.queue.first(order.run)
          this.queueChanged()
          break
        case 'status':
          return this.status(order.id)
        default:
          return order satisfies never
      }
      return { type: 'reply', id: order.id, ok: true }
    } catch (error) {
      return { type: 'reply', id: order.id, ok: false, error: messageOf(error) }
    }
  }

  private status(id: number): TrainerMessage {
    const { running, queued, stopping } = this.queue
    return { type: 'status', id, running, queued: [...queued], stopping }
  }

  /** @throws InputError unless it is the folder of a run of this trainer's store. */
  private assertOwn(run: string): void {
    const folder = fs.realpathSync.native
    if (!fs.existsSync(layout.runRecord(run))) {
      throw new InputError(`${run} is no run: there is no run.json in it.`)
    }
    if (folder(storeOfRun(run)) !== folder(this.begin.store)) {
      throw new InputError(`${run} is not a run of ${this.begin.store}, where this trainer works.`)
    }
  }

  private enqueue(runs: readonly string[]): void {
    this.halts.forget(runs)
    this.queue.add(runs)
    this.queueChanged()
  }

  private queueChanged(): void {
    if (this.mainWaits) this.giveNext()
    else this.server.broadcast(this.status(0))
  }

  private giveNext(): void {
    this.closeAttempt()
    if (!this.queue.wasGiven && !this.mainWaits) {
      this.mainWaits = true
      this.timers.push(setTimeout(() => this.mainWaits && this.giveNext(), firstRunMs))
      return
    }
    // While this trainer has the store nobody else takes up a run that only its memory calls stopped.
    this.mainWaits = this.halts.hasUnwritten && this.queue.queued.length === 0
    if (this.mainWaits) return
    const run = this.queue.next()
    // The queue's thread alone sets and clears the flag, so that it never meets the wrong run.
    Atomics.store(this.flags, stopFlag, goOn)
    this.notify({ type: 'run', run })
    this.server.broadcast(this.status(0))
  }

  private stop(runs?: readonly string[], pause = false): void {
    const { removed, stopRunning } = this.queue.stop(runs)
    if (stopRunning) Atomics.store(this.flags, stopFlag, pause ? pauseAsked : stopAsked)
    for (const run of removed) this.halts.write(run, pause ? 'paused' : 'stopped', this.clock())
    this.server.broadcast(this.status(0))
  }

  private openAttempt(run: string, attempt: number): void {
    const writer = new EventWriter(
      fileSink(layout.events(run, attempt)),
      monotoneClock(),
      (event) => this.server.broadcast({ type: 'event', run, attempt, event }),
    )
    this.attempt = { run, attempt, writer, heartbeatFile: layout.heartbeat(run, attempt) }
    this.beat()
  }

  private closeAttempt(): void {
    this.attempt?.writer.close()
    this.attempt = undefined
  }

  private write(body: RunEventBody): void {
    const writer = this.attempt?.writer
    writer?.write(body)
    if (body.type === 'evaluation' || body.type === 'checkpoint') {
      writer?.sync().catch(complain('events.jsonl could not be synced'))
    }
  }

  private retry(): void {
    this.attempt?.writer.retry()
    if (this.flushAsked) this.flush()
    if (!this.halts.hasUnwritten) return
    this.halts.retry()
    if (!this.halts.hasUnwritten && this.mainWaits) this.giveNext()
  }

  private flush(): void {
    const writer = this.attempt?.writer
    if (writer?.hasUnwritten) return
    this.flushAsked = false
    // Before its record says so: somebody who reads that may want the run once more at once.
    this.queue.over()
    const done = () => this.notify({ type: 'flushed' })
    if (!writer) done()
    else writer.sync().catch(complain('events.jsonl could not be synced')).then(done)
  }

  private beat(): void {
    const time = this.clock()
    if (this.attempt) touch(this.attempt.heartbeatFile, time)
    if (this.recordFile) touchExisting(this.recordFile)
    const memoryMB = Math.round(process.memoryUsage.rss() / 1e6)
    this.server.broadcast({ type: 'heartbeat', time, memoryMB })
  }

  private async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer)
    this.closeAttempt()
    await this.server.close()
    this.notify({ type: 'closed' })
  }
}

/** Written, not only touched, so that a shared file system stamps it with its own clock. */
const touch = (file: string, time: number): void => {
  try {
    fs.writeFileSync(file, `${time}\n`)
  } catch {
    touchExisting(file)
  }
}

const touchExisting = (file: string): void => {
  try {
    fs.utimesSync(file, new Date(), new Date())
  } catch {
    // Deleted by someone, or a disk in trouble: the next beat tries again.
  }
}
