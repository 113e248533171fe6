import { messageOf } from '../core/errors.ts'
import type { RunConfig } from '../core/experiment/config.ts'
import type { Metrics } from '../core/metrics/metrics.ts'
import type { BertConfig } from '../core/model/bertConfig.ts'
import { checkModelFolder } from '../core/model/folder.ts'
import { seededRandom } from '../core/random.ts'
import type { RunEventBody } from '../core/runs/events.ts'
import { layout } from '../core/runs/store.ts'
import { type BackendFiles, startBackend } from './backends/startBackend.ts'
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { EngineCache } from './engineCache.ts'
import { describeEnvironment, tensorsAlive } from './environment.ts'
import { startFineTuning } from './fineTuning.ts'
import { countByLength, lengthBatches } from './lengthBatches.ts'
import { peakMemoryMB } from './memory.ts'
import { MicroBatching } from './microBatching.ts'
import { saveModel } from './saveModel.ts'
import { learningRateAt } from './schedule.ts'
import { StepClock } from './stepClock.ts'
import { readTask } from './tasks/readTask.ts'
import type { Task } from './tasks/task.ts'
import type { StepInputs, TrainableModel } from './trainableModel.ts'
import { writePredictions } from './writePredictions.ts'

/** One run, as the trainer hands it over. Paths are absolute. */
export interface TrainingJob {
  readonly config: RunConfig
  /** Label order of the head's outputs; empty for regression. */
  readonly labels: readonly string[]
  /** The folder that the data paths in `config` are relative to. */
  readonly base: string
  readonly modelFolder: string
  readonly runDir: string
  readonly attempt: number
  /** Where the fine-tuned model goes; left out, into the run's folder. */
  readonly modelOut?: string
  /** An earlier attempt's checkpoint folder, to go on from. */
  readonly resumeFrom?: string
  readonly backend: BackendFiles
}

export interface TrainingHooks {
  emit(event: RunEventBody): void
  /** Asked after every step. */
  shouldStop(): boolean
  /** Asked after each epoch but the last: whether it is not worth going on. */
  isHopeless?(evaluation: { readonly epoch: number; readonly metrics: Metrics }): boolean
}

export type TrainingResult = Omit<Extract<RunEventBody, { type: 'finished' }>, 'type'>

/**
 * Fine-tunes BERT once: reads the data, takes optimizer steps, scores the dev set after each epoch,
 * leaves a checkpoint, and at the end the model in Hugging Face's layout.
 *
 * @param kept what earlier runs of this process left for this one, and this one leaves for the next
 * @throws InputError where data or model are not what the configuration says
 */
export const trainRun = async (
  job: TrainingJob,
  hooks: TrainingHooks,
  kept?: EngineCache,
): Promise<TrainingResult> => {
  const cache = kept ?? new EngineCache()
  try {
    const result = await trainWith(cache, job, hooks)
    if (!kept) cache.dropModel()
    return result
  } catch (error) {
    // Nobody knows in which state it is: out of memory, for one.
    cache.dropModel()
    throw error
  }
}

const trainWith = async (
  cache: EngineCache,
  job: TrainingJob,
  hooks: TrainingHooks,
): Promise<TrainingResult> => {
  const { config } = job
  hooks.emit({ type: 'phase', phase: 'data' })
  const folder = checkModelFolder(job.modelFolder)
  const source = { config, labels: job.labels, base: job.base, folder }
  const task = await cache.readTask(source, () => readTask(source))
  for (const message of task.notes) hooks.emit({ type: 'log', level: 'info', message })

  hooks.emit({ type: 'phase', phase: 'weights' })
  await startBackend(config.backend, job.backend)
  const checkpoint = job.resumeFrom === undefined ? undefined : readCheckpoint(job.resumeFrom)
  const model = startFineTuning(folder, config, task, checkpoint, cache)

  const training = new Training(job, hooks, task, model, folder.config, checkpoint)
  training.begin()
  const end = await training.train()
  if (end.state !== 'done') return training.summary(end)
  hooks.emit({ type: 'phase', phase: 'saving' })
  saveModel(
    job.modelOut ?? layout.model(job.runDir),
    {
      folder,
      taskHead: config.head,
      architecture: task.head.architecture,
      labels: job.labels,
      maxLength: config.maxLength,
    },
    model.weights(),
  )
  return training.summary(end)
}

type End = Pick<TrainingResult, 'state' | 'reason' | 'metrics'>

class Training {
  private readonly stepsPerEpoch: number
  private readonly totalSteps: number
  private readonly clock = new StepClock()
  private readonly started = performance.now()
  private step: number
  private readonly microBatching: MicroBatching
  private readonly environment: Record<string, string>
  private metrics: Metrics | undefined

  constructor(
    private readonly job: TrainingJob,
    private readonly hooks: TrainingHooks,
    private readonly task: Task,
    private readonly model: TrainableModel,
    bert: BertConfig,
    private readonly checkpoint: Checkpoint | undefined,
  ) {
    const { config } = job
    this.stepsPerEpoch = Math.ceil(task.train.lengths.length / config.batchSize)
    this.totalSteps = this.stepsPerEpoch * config.epochs
    this.step = checkpoint?.state.step ?? 0
    this.environment = describeEnvironment(config.backend, job.backend)
    this.microBatching = new MicroBatching(bert, config.gradientAccumulation, (message) =>
      hooks.emit({ type: 'log', level: 'info', message }),
    )
  }

  begin(): void {
    this.hooks.emit({
      type: 'started',
      attempt: this.job.attempt,
      totalSteps: this.totalSteps,
      stepsPerEpoch: this.stepsPerEpoch,
      trainExamples: this.task.train.lengths.length,
      devExamples: this.task.devExamples,
      backend: this.job.config.backend,
      precision: this.job.config.precision,
      parameters: this.model.parameterCount,
      resumedFrom: this.step,
      examplesByLength: countByLength(this.task.train.lengths, this.job.config.maxLength),
      environment: this.environment,
    })
  }

  async train(): Promise<End> {
    const { epochs } = this.job.config
    for (let epoch = this.firstEpoch(); epoch < epochs; epoch++) {
      this.hooks.emit({ type: 'phase', phase: 'training' })
      for (const batch of this.epochBatches(epoch).slice(this.step - epoch * this.stepsPerEpoch)) {
        const loss = this.takeStep(batch)
        if (!Number.isFinite(loss)) return this.diverged(loss)
        // Lets signals and messages of this thread through; a step blocks it.
        await new Promise(setImmediate)
        if (this.hooks.shouldStop()) {
          this.saveCheckpoint(false)
          return { state: 'stopped' }
        }
      }
      const metrics = this.scoreDevSet(epoch + 1)
      if (epoch + 1 === epochs) break
      this.saveCheckpoint(true)
      if (this.hooks.isHopeless?.({ epoch: epoch + 1, metrics })) {
        return {
          state: 'stoppedEarly',
          metrics,
          reason: `After epoch ${epoch + 1} it was below the median of the other runs.`,
        }
      }
    }
    return { state: 'done', ...(this.metrics ? { metrics: this.metrics } : {}) }
  }

  /** The one to go on with: where a run was stopped after an epoch's last step, its score is still to come. */
  private firstEpoch(): number {
    const epoch = Math.floor(this.step / this.stepsPerEpoch)
    const atEnd = this.step > 0 && this.step % this.stepsPerEpoch === 0
    const unscored = this.step === this.totalSteps || this.checkpoint?.state.scored === false
    return atEnd && unscored ? epoch - 1 : epoch
  }

  /** The order is a function of seed and epoch alone, so that a resumed run sees the same. */
  private epochBatches(epoch: number): number[][] {
    const { batchSize, maxLength, seed } = this.job.config
    const random = seededRandom(seed, `epoch ${epoch}`)
    return lengthBatches(this.task.train.lengths, batchSize, maxLength, random)
  }

  private takeStep(indices: readonly number[]): number {
    const { config } = this.job
    const started = performance.now()
    const batch = this.task.train.batch(indices, config.batchSize)
    const step = ++this.step
    const learningRate = learningRateAt(step, this.totalSteps, config.warmup, config.learningRate)
    const loss = this.trainStep({ batch, step, learningRate, seed: config.seed })
    const stepMs = performance.now() - started
    this.clock.add(batch.length, stepMs, batch.examples)
    if (Number.isFinite(loss)) {
      this.hooks.emit({
        type: 'step',
        step,
        epoch: step / this.stepsPerEpoch,
        loss,
        learningRate,
        stepMs,
        examples: batch.examples,
        length: batch.length,
      })
    }
    return loss
  }

  /** In parts where memory is short, and again in smaller ones where it ran out all the same. */
  private trainStep(inputs: StepInputs): number {
    const { size, length } = inputs.batch
    for (;;) {
      const microBatches = this.microBatching.parts(size, length)
      try {
        return this.model.train({ ...inputs, microBatches })
      } catch (error) {
        if (!this.microBatching.shrinkAfter(error, size, length)) throw error
      }
    }
  }

  private scoreDevSet(epoch: number): Metrics {
    this.hooks.emit({ type: 'phase', phase: 'evaluating' })
    const { runDir, attempt } = this.job
    const { metrics, predictions } = this.task.evaluate(this.model)
    this.metrics = metrics
    this.hooks.emit({
      type: 'evaluation',
      step: this.step,
      epoch,
      metrics,
      peakMemoryMB: peakMemoryMB(),
      tensors: tensorsAlive() + this.model.sessionVariables,
    })
    writePredictions(layout.predictions(runDir, attempt), predictions)
    return metrics
  }

  /** Without a checkpoint the run can still be finished: a full disk is told, not fatal. */
  private saveCheckpoint(scored: boolean): void {
    const { runDir, attempt } = this.job
    const folder = layout.checkpoint(runDir, attempt)
    const progress = {
      step: this.step,
      totalSteps: this.totalSteps,
      seconds: this.secondsSoFar(),
      scored,
    }
    try {
      writeCheckpoint(folder, progress, this.model.weights(), this.model.moments())
    } catch (error) {
      const message = `No checkpoint after step ${this.step}: ${folder} cannot be written (${messageOf(error)}).`
      this.hooks.emit({ type: 'log', level: 'warning', message })
      return
    }
    const epoch = this.step / this.stepsPerEpoch
    this.hooks.emit({ type: 'checkpoint', step: this.step, epoch })
  }

  private diverged(loss: number): End {
    const what = Number.isNaN(loss) ? 'not a number' : 'infinite'
    return {
      state: 'diverged',
      reason: `The loss became ${what} at step ${this.step}; try a smaller learning rate than ${this.job.config.learningRate}.`,
    }
  }

  private secondsSoFar(): number {
    return (this.checkpoint?.state.seconds ?? 0) + (performance.now() - this.started) / 1000
  }

  summary(end: End): TrainingResult {
    return {
      ...end,
      seconds: this.secondsSoFar(),
      peakMemoryMB: peakMemoryMB(),
      tensors: tensorsAlive() + this.model.sessionVariables,
      environment: this.environment,
      ...this.clock.summary(),
    }
  }
}
