import { Worker } from 'node:worker_threads'
import type { RunEventBody } from '../core/runs/events.ts'
import {
  goOn,
  type IoNotice,
  type IoOrder,
  type IoStart,
  pauseAsked,
  stopFlag,
} from './ioMessages.ts'

/** The main thread's hold of the I/O thread. */
export class TrainerIo {
  private readonly awaited = new Map<IoNotice['type'], (notice: IoNotice) => void>()
  private readonly flags: Int32Array

  private constructor(
    private readonly worker: Worker,
    flags: SharedArrayBuffer,
  ) {
    this.flags = new Int32Array(flags)
    worker.on('message', (notice: IoNotice) => {
      const resolve = this.awaited.get(notice.type)
      this.awaited.delete(notice.type)
      resolve?.(notice)
    })
  }

  /** Starts the thread from `script` and waits until its socket listens. */
  static async start(script: string, options: Omit<IoStart, 'flags'>): Promise<TrainerIo> {
    const flags = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
    const worker = new Worker(script, { workerData: { ...options, flags } satisfies IoStart })
    const io = new TrainerIo(worker, flags)
    await new Promise((resolve, reject) => {
      io.awaited.set('listening', resolve)
      worker.once('error', reject)
    })
    // Without its I/O thread a trainer can report nothing: end, and let the run be resumed.
    worker.on('error', (error) => {
      process.stderr.write(`The trainer's I/O thread failed: ${error.stack ?? error.message}\n`)
      process.exit(1)
    })
    return io
  }

  enqueue(runs: readonly string[]): void {
    this.send({ type: 'enqueue', runs })
  }

  claimed(): void {
    this.send({ type: 'claimed' })
  }

  /** The next run's folder; null when the trainer's work is done. */
  async next(): Promise<string | null> {
    const notice = await this.ask({ type: 'next' }, 'run')
    return notice.run
  }

  begin(run: string, attempt: number): void {
    this.send({ type: 'begin', run, attempt })
  }

  /** Goes to disk and clients without the main thread's further help. */
  emit(body: RunEventBody): void {
    this.send({ type: 'event', body })
  }

  /** Resolves once the attempt's events, this last one too, are on disk. */
  async finish(body: RunEventBody): Promise<void> {
    await this.ask({ type: 'finish', body }, 'flushed')
  }

  over(): void {
    this.send({ type: 'over' })
  }

  shouldStop(): boolean {
    return Atomics.load(this.flags, stopFlag) !== goOn
  }

  /** What a run that was asked to stop ends as. */
  stoppedAs(): 'stopped' | 'paused' {
    return Atomics.load(this.flags, stopFlag) === pauseAsked ? 'paused' : 'stopped'
  }

  stopAll(): void {
    this.send({ type: 'stopAll' })
  }

  async close(): Promise<void> {
    await this.ask({ type: 'close' }, 'closed')
  }

  private send(order: IoOrder): void {
    this.worker.postMessage(order)
  }

  private ask<T extends IoNotice['type']>(
    order: IoOrder,
    answer: T,
  ): Promise<Extract<IoNotice, { type: T }>> {
    return new Promise((resolve) => {
      this.awaited.set(answer, (notice) => resolve(notice as Extract<IoNotice, { type: T }>))
      this.send(order)
    })
  }
}
