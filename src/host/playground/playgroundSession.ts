import { Value } from 'typebox/value'
import { messageOf } from '../../core/errors.ts'
import {
  type PlaygroundMessage,
  type PlaygroundRequest,
  PlaygroundRequestSchema,
  type PlaygroundTask,
} from '../../core/protocol/playground.ts'
import type { ModelFacts } from '../../core/protocol/predictions.ts'
import type { ChosenModel } from '../annotation/chooseModel.ts'
import type { Predictor } from '../annotation/predictor.ts'
import type { FollowedRun } from '../runs/followedRun.ts'
import type { PlaygroundMemory } from './playgroundMemory.ts'
import { sampleTexts } from './sampleTexts.ts'

type TraceRequest = Extract<PlaygroundRequest, { type: 'trace' }>

export interface PlaygroundSessionOptions {
  readonly predictor: Pick<Predictor, 'ask' | 'load'>
  readonly post: (message: PlaygroundMessage) => void
  readonly runOf: (model: ChosenModel) => Promise<FollowedRun | undefined>
  /** Whether its data may be read without asking. */
  readonly mayRead: (run: FollowedRun) => boolean
  /** Another model that the user wants, if any. */
  readonly choose: () => Promise<ChosenModel | undefined>
  /** The model has changed. */
  readonly changed: (model: ChosenModel) => void
  readonly memory: Pick<PlaygroundMemory, 'textsFor' | 'typed'>
}

/** The host's side of one playground: whose model it is, and traces of what is typed, newest first. */
export class PlaygroundSession {
  private next: TraceRequest | undefined
  private working = false
  private run: FollowedRun | undefined
  private task: PlaygroundTask | undefined

  constructor(
    private model: ChosenModel,
    private readonly options: PlaygroundSessionOptions,
  ) {}

  async receive(message: unknown): Promise<void> {
    if (!Value.Check(PlaygroundRequestSchema, message)) return
    switch (message.type) {
      case 'ready':
        return this.introduce()
      case 'trace':
        if (message.folder !== this.model.folder) return
        this.next = message
        if (this.task) this.options.memory.typed(message.folder, this.task, message.texts)
        if (!this.working) await this.work()
        return
      case 'choose': {
        const model = await this.options.choose()
        if (model) await this.use(model)
        return
      }
      default:
        message satisfies never
    }
  }

  private async use(model: ChosenModel): Promise<void> {
    this.model = model
    this.next = undefined
    this.task = undefined
    this.options.changed(model)
    this.options.post({ type: 'loading', name: model.name })
    await this.introduce()
  }

  private async introduce(): Promise<void> {
    const { model } = this
    const { predictor, post, runOf, mayRead, memory } = this.options
    try {
      const [run, facts] = await Promise.all([runOf(model), predictor.load(model.folder)])
      const task = taskOf(facts, run)
      const readable = run && mayRead(run)
      const data = readable ? { dir: run.dir, record: run.state.record } : undefined
      const texts = memory.textsFor(model.folder, task) ?? (await sampleTexts(task, data))
      // Another one was chosen meanwhile.
      if (model !== this.model) return
      this.run = run
      this.task = task
      const { name, folder, description = folder } = model
      post({ type: 'model', folder, name, description, task, texts })
    } catch (error) {
      if (model === this.model) post({ type: 'failed', request: null, error: messageOf(error) })
    }
  }

  /** One after the other; of those that came meanwhile the newest. */
  private async work(): Promise<void> {
    this.working = true
    for (let request = this.next; request; request = this.next) {
      this.next = undefined
      await this.trace(request)
    }
    this.working = false
  }

  private async trace({ request, texts }: TraceRequest): Promise<void> {
    const { predictor, post } = this.options
    const { model } = this
    try {
      const { trace } = await predictor.ask<'trace'>({
        type: 'trace',
        model: model.folder,
        ...texts,
        unanswerable: this.run?.state.record.config.data.unanswerable ?? false,
      })
      if (model === this.model) post({ type: 'traced', request, trace })
    } catch (error) {
      if (model === this.model) post({ type: 'failed', request, error: messageOf(error) })
    }
  }
}

const taskOf = ({ head }: ModelFacts, run: FollowedRun | undefined): PlaygroundTask => {
  if (head !== 'sentence') return head
  if (!run) return 'either'
  return run.state.record.config.head === 'pair' ? 'pair' : 'sentence'
}
