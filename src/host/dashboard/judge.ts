import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Disposable } from '../disposables.ts'
import type { JudgeAnswer, JudgeJob } from './judgeJobs.ts'

/** An idle thread holds memory for nothing. */
const idleMs = 60_000

interface Waiting {
  readonly worker: Worker
  readonly resolve: (answer: JudgeAnswer) => void
}

/**
 * Judges runs by their predictions in a thread of its own: reading them and resampling them takes
 * seconds, in which an editor must not stand still. The thread begins with the first job.
 */
export class Judge implements Disposable {
  private worker: Worker | undefined
  private idle: NodeJS.Timeout | undefined
  private next = 1
  private readonly waiting = new Map<number, Waiting>()

  constructor(private readonly dist: string) {}

  /** @throws Error with one sentence where the job fails */
  async ask(job: Omit<JudgeJob, 'id'>): Promise<JudgeAnswer> {
    const id = this.next++
    const worker = this.start()
    clearTimeout(this.idle)
    const answer = await new Promise<JudgeAnswer>((resolve) => {
      this.waiting.set(id, { worker, resolve })
      worker.postMessage({ ...job, id } satisfies JudgeJob)
    })
    if (this.waiting.size === 0) this.idle = setTimeout(() => this.stop(), idleMs)
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer
  }

  dispose(): void {
    clearTimeout(this.idle)
    this.stop()
  }

  private start(): Worker {
    if (this.worker) return this.worker
    const worker = new Worker(path.join(this.dist, 'judgeThread.js'))
    worker.on('message', (answer: JudgeAnswer) => this.settle(answer))
    worker.on('error', (error) => this.fail(worker, error.message))
    worker.on('exit', () => this.fail(worker, 'The judging thread ended.'))
    worker.unref()
    this.worker = worker
    return worker
  }

  private stop(): void {
    const { worker } = this
    this.worker = undefined
    void worker?.terminate()
  }

  private settle(answer: JudgeAnswer): void {
    const job = this.waiting.get(answer.id)
    this.waiting.delete(answer.id)
    job?.resolve(answer)
  }

  private fail(worker: Worker, error: string): void {
    if (this.worker === worker) this.worker = undefined
    // A thread that ended late says nothing of the next one's jobs.
    for (const [id, job] of [...this.waiting]) {
      if (job.worker === worker) this.settle({ id, error })
    }
  }
}

let shared: Judge | undefined

/** One thread for all dashboards of the window. */
export const sharedJudge = (dist: string): Judge => {
  shared ??= new Judge(dist)
  return shared
}
