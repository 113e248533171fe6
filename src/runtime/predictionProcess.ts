import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { Value } from 'typebox/value'
import { InputError } from '../core/errors.ts'
import {
  type PredictionMessage,
  PredictionMessageSchema,
  type PredictionRequest,
  predictionProtocol,
} from '../core/protocol/predictions.ts'
import { cacheDir } from './cache.ts'
import { trainerEnvironment, versionBeside } from './launchTrainer.ts'
import { copyTrainer } from './trainerCopy.ts'

export interface PredictionProcessOptions {
  /** `dist/trainer.js`. */
  readonly trainerScript: string
  /** A real Node, not Electron's. */
  readonly node: string
  readonly backend?: 'auto' | 'tensorflow' | 'wasm'
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Each line that it prints: TensorFlow's own, and faults. */
  readonly onOutput?: (line: string) => void
}

/** The request was called off. */
export class PredictionCancelled extends Error {
  override name = 'PredictionCancelled'
}

/** The server ended before it answered. */
export class PredictionServerEnded extends Error {
  override name = 'PredictionServerEnded'
}

type Answer = Extract<PredictionMessage, { id: number }>
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never
type Ask = WithoutId<Exclude<PredictionRequest, { type: 'cancel' }>>
type AnswerTo<T extends Ask['type']> = Extract<Answer, { type: AnswerName<T> }>
type AnswerName<T> = T extends 'load' ? 'loaded' : T extends 'trace' ? 'traced' : T

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

const startMs = 30_000

/** A prediction server of this process's own; it ends with it. */
export class PredictionProcess {
  /** Settles when it has ended, whoever ended it. */
  readonly ended: Promise<void>
  private readonly waiting = new Map<number, Waiting>()
  private lastId = 0
  private over = false

  private constructor(private readonly child: ChildProcess) {
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.over = true
        for (const { reject } of this.waiting.values()) {
          reject(new PredictionServerEnded('The prediction server ended.'))
        }
        this.waiting.clear()
        resolve()
      }
      child.once('exit', end)
      // Each send that fails is an error of its own; one without a listener ends this process.
      child.on('error', end)
    })
    child.on('message', (message) => this.receive(message))
  }

  /** @throws Error with what it printed, where it does not start */
  static async start(options: PredictionProcessOptions): Promise<PredictionProcess> {
    const env = trainerEnvironment(options.env ?? process.env)
    const version = versionBeside(options.trainerScript)
    const script = copyTrainer(path.resolve(options.trainerScript), cacheDir(env), version)
    const backend = options.backend === 'wasm' ? ['--backend', 'wasm'] : []
    const child = spawn(options.node, [script, 'serve', ...backend], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'json',
      env,
      windowsHide: true,
    })
    const printed: string[] = []
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
          printed.push(line)
          if (printed.length > 50) printed.shift()
          options.onOutput?.(line)
        }
      })
    }
    const server = new PredictionProcess(child)
    await isReady(child, server, printed)
    return server
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  get isOver(): boolean {
    return this.over
  }

  /**
   * @param onId told the request's id before it is sent, to cancel it by
   * @throws InputError where model or input is wrong; PredictionCancelled; PredictionServerEnded
   */
  async ask<T extends Ask['type']>(
    request: Extract<Ask, { type: T }>,
    onId?: (id: number) => void,
  ): Promise<AnswerTo<T>> {
    const id = ++this.lastId
    onId?.(id)
    const answer = await new Promise<Answer>((resolve, reject) => {
      if (this.over) {
        reject(new PredictionServerEnded('The prediction server ended.'))
        return
      }
      this.waiting.set(id, { resolve, reject })
      this.child.send({ ...request, id } satisfies WithoutId<PredictionRequest> & { id: number })
    })
    if (answer.type === 'cancelled') throw new PredictionCancelled('Called off.')
    if (answer.type === 'failed') {
      throw answer.input ? new InputError(answer.error) : new Error(answer.error)
    }
    return answer as AnswerTo<T>
  }

  cancel(ids: readonly number[]): void {
    if (!this.over && ids.length > 0) this.child.send({ type: 'cancel', ids: [...ids] })
  }

  dispose(): void {
    if (!this.over) this.child.kill()
  }

  private receive(message: unknown): void {
    if (!Value.Check(PredictionMessageSchema, message) || !('id' in message)) return
    const waiting = this.waiting.get(message.id)
    this.waiting.delete(message.id)
    waiting?.resolve(message)
  }
}

const isReady = async (
  child: ChildProcess,
  server: PredictionProcess,
  printed: readonly string[],
): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const first = new Promise<unknown>((resolve) => child.once('message', resolve))
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), startMs)
  })
  const message = await Promise.race([first, server.ended, late])
  clearTimeout(timer)
  const ready = Value.Check(PredictionMessageSchema, message) && message.type === 'ready'
  if (ready && message.protocol === predictionProtocol) return
  server.dispose()
  const last = printed.findLast((line) => /error/i.test(line)) ?? printed.at(-1)
  throw new Error(`The prediction server did not start${last ? `: ${last.trim()}` : '.'}`)
}
