import net from 'node:net'
import path from 'node:path'
import { Value } from 'typebox/value'
import { InputError } from '../core/errors.ts'
import {
  longestMessage,
  type TrainerMessage,
  TrainerMessageSchema,
  type TrainerRequest,
  trainerProtocol,
} from '../core/protocol/trainer.ts'
import type { TrainerRecord } from '../core/runs/records.ts'
import { MessageLines } from './messageLines.ts'
import { sameProcess } from './processIdentity.ts'
import { assertPrivateFolder } from './socketPath.ts'

const requestTimeoutMs = 5000
/** Messages kept for a listener that is still to come. */
const mostHeld = 10_000

type Answer = Extract<TrainerMessage, { id: number }>
export type TrainerStatus = Omit<Extract<TrainerMessage, { type: 'status' }>, 'type' | 'id'>

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

/** The trainer took no more runs: it is about to end. Start another one. */
export class TrainerEnding extends Error {
  override name = 'TrainerEnding'
}

/** A connection to a trainer. What it misses is in the run's `events.jsonl`. */
export class TrainerClient {
  readonly closed: Promise<void>
  private readonly listeners = new Set<(message: TrainerMessage) => void>()
  private held: TrainerMessage[] | undefined = []
  private readonly waiting = new Map<number, Waiting>()
  private lastId = 0

  private constructor(private readonly socket: net.Socket) {
    const lines = new MessageLines(longestMessage, (line) => this.receive(line))
    socket.on('data', (chunk) => {
      if (!lines.push(chunk)) socket.destroy()
    })
    socket.on('error', () => socket.destroy())
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        for (const [id] of this.waiting) this.fail(id, 'The trainer closed the connection.')
        resolve()
      })
    })
  }

  /**
   * @throws InputError where the trainer speaks another protocol, is not the process that the record
   * names, or its socket lies in a folder open to others; Error where nobody answers in time.
   */
  static async connect(record: TrainerRecord, timeoutMs = 3000): Promise<TrainerClient> {
    if (record.protocol !== trainerProtocol) throw otherVersion(record)
    if (process.platform !== 'win32') assertPrivateFolder(path.dirname(record.socket))
    const client = new TrainerClient(await openSocket(record.socket, timeoutMs))
    try {
      const welcome = await client.request({ type: 'hello', protocol: trainerProtocol }, timeoutMs)
      if (welcome.type !== 'welcome') throw otherVersion(record)
      if (!sameProcess(welcome.process, record.process)) {
        throw new InputError(
          `The trainer at ${record.socket} is not the process ${record.process.pid} that trainer.json names: launch again.`,
        )
      }
      return client
    } catch (error) {
      client.dispose()
      throw error
    }
  }

  /**
   * Every message, in order. What came in before the first listener is handed to it at once. Returns
   * the way to stop listening.
   */
  onMessage(listener: (message: TrainerMessage) => void): () => void {
    this.listeners.add(listener)
    const held = this.held ?? []
    this.held = undefined
    for (const message of held) listener(message)
    return () => this.listeners.delete(listener)
  }

  /**
   * Stops runs (their folders), running or queued; left out, all of them. Takes effect at the next
   * step. `pause`: they are recorded as paused, not as stopped.
   */
  async stop(runDirs?: string | readonly string[], how: 'stop' | 'pause' = 'stop'): Promise<void> {
    const pause = how === 'pause' ? { pause: true } : {}
    const all = typeof runDirs === 'string' ? [runDirs] : runDirs
    if (all === undefined) await this.order({ type: 'stop', ...pause })
    // The last ones first: the next in line must not begin meanwhile.
    else
      for (const runs of batches(all).reverse()) await this.order({ type: 'stop', runs, ...pause })
  }

  /**
   * Has this run worked on next, whether it is queued already or not.
   * @throws as `enqueue`
   */
  async first(runDir: string): Promise<void> {
    await this.order({ type: 'first', run: runDir })
  }

  /** @throws TrainerEnding where the trainer is about to end; InputError where it refuses a run. */
  async enqueue(runDirs: readonly string[]): Promise<void> {
    for (const runs of batches(runDirs)) await this.order({ type: 'enqueue', runs })
  }

  async status(): Promise<TrainerStatus> {
    const answer = await this.request({ type: 'status' })
    if (answer.type !== 'status') throw new Error('The trainer did not say its status.')
    return { running: answer.running, queued: answer.queued, stopping: answer.stopping }
  }

  dispose(): void {
    this.socket.destroy()
    this.listeners.clear()
  }

  private async order(request: WithoutId<TrainerRequest>): Promise<void> {
    const answer = await this.request(request)
    if (answer.type !== 'reply') throw new Error(`The trainer gave no answer to ${request.type}.`)
    if (answer.ok) return
    if (answer.ending) throw new TrainerEnding('The trainer is about to end.')
    throw new InputError(answer.error ?? `The trainer refused to ${request.type}.`)
  }

  private request(
    request: WithoutId<TrainerRequest>,
    timeoutMs = requestTimeoutMs,
  ): Promise<Answer> {
    const id = ++this.lastId
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.fail(id, `The trainer did not answer within ${timeoutMs / 1000} s.`),
        timeoutMs,
      )
      this.waiting.set(id, { resolve, reject, timer })
      if (this.socket.destroyed) this.fail(id, 'The connection to the trainer is closed.')
      else this.socket.write(`${JSON.stringify({ ...request, id })}\n`)
    })
  }

  private fail(id: number, reason: string): void {
    const waiting = this.waiting.get(id)
    if (!waiting) return
    this.waiting.delete(id)
    clearTimeout(waiting.timer)
    waiting.reject(new Error(reason))
  }

  private receive(line: string): void {
    const message = parseMessage(line)
    if (!message) {
      this.socket.destroy()
      return
    }
    if ('id' in message) this.settle(message)
    if (this.held && this.held.length < mostHeld) this.held.push(message)
    for (const listener of this.listeners) listener(message)
  }

  private settle(answer: Answer): void {
    const waiting = this.waiting.get(answer.id)
    if (!waiting) return
    this.waiting.delete(answer.id)
    clearTimeout(waiting.timer)
    waiting.resolve(answer)
  }
}

const parseMessage = (line: string): TrainerMessage | undefined => {
  try {
    const value: unknown = JSON.parse(line)
    return Value.Check(TrainerMessageSchema, value) ? value : undefined
  } catch {
    return undefined
  }
}

const openSocket = (socketPath: string, timeoutMs: number): Promise<net.Socket> =>
  new Promise((resolve, reject) => {
    const socket = net.connect(socketPath)
    const timer = setTimeout(
      () => socket.destroy(new Error('The trainer does not answer.')),
      timeoutMs,
    )
    socket.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    socket.once('connect', () => {
      clearTimeout(timer)
      resolve(socket)
    })
  })

const otherVersion = (record: TrainerRecord): InputError =>
  new InputError(
    `A trainer of another version of Headway (${record.version}) is at work here, process ${record.process.pid}: wait until it has ended, or stop that process.`,
  )

/** Keeps each message well under the longest. */
const batches = (runDirs: readonly string[]): string[][] => {
  const all: string[][] = []
  for (let at = 0; at < runDirs.length; at += 100) all.push(runDirs.slice(at, at + 100))
  return all
}
