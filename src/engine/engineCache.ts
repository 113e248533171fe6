import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { canonicalJson } from '../core/experiment/canonicalJson.ts'
import type { ModelFolder } from '../core/model/folder.ts'
import type { TaskSource } from './tasks/readTask.ts'
import type { Task } from './tasks/task.ts'
import type { TrainableModel } from './trainableModel.ts'
import type { HostTensor } from './weights.ts'

/** A model that begins another run without being prepared again. */
export interface RestartableModel extends TrainableModel {
  restart(start: ModelStart): void
}

/** What a run begins with, besides its graph. */
export interface ModelStart {
  readonly weights: Weights
  readonly weightDecay: number
}

type Weights = ReadonlyMap<string, HostTensor>

/** A second copy of the weights may take this part of the machine's memory. */
const ampleShare = 16

/**
 * What a trainer keeps from run to run: data in word pieces, pretrained weights, and one compiled graph
 * with its variables, which the next run fills with its own weights. A run on them equals one in a fresh
 * process, bit for bit. One graph at most, since it holds a whole model's memory.
 */
export class EngineCache {
  private graph: { readonly key: string; readonly model: RestartableModel } | undefined
  private eager: TrainableModel | undefined
  private encoder: { readonly key: string; readonly weights: Weights } | undefined
  private task: { readonly key: string; readonly task: Task } | undefined

  /** @param key all that the graph depends on */
  recorded(key: string, start: ModelStart, make: () => RestartableModel): RestartableModel {
    if (this.graph?.key === key) {
      this.graph.model.restart(start)
      return this.graph.model
    }
    // Before the next one is made: two do not fit where one nearly fills the memory.
    this.dropModel()
    const model = make()
    this.graph = { key, model }
    return model
  }

  /** A model that nothing of can be used again. */
  fresh(make: () => TrainableModel): TrainableModel {
    this.dropModel()
    this.eager = make()
    return this.eager
  }

  /** Pretrained weights, kept where the memory is ample. */
  encoderWeights(folder: ModelFolder, load: () => Weights): Weights {
    const key = fileStamp(folder.weightsFile)
    if (this.encoder?.key === key) return this.encoder.weights
    this.encoder = undefined
    const weights = load()
    const bytes = [...weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0)
    if (bytes < os.totalmem() / ampleShare) this.encoder = { key, weights }
    return weights
  }

  async readTask(source: TaskSource, read: () => Promise<Task>): Promise<Task> {
    const key = taskKey(source)
    if (this.task?.key === key) return this.task.task
    this.task = undefined
    const task = await read()
    // Files that changed while they were read would pass for what they are now.
    if (taskKey(source) === key) this.task = { key, task }
    return task
  }

  dropModel(): void {
    this.graph?.model.dispose()
    this.eager?.dispose()
    this.graph = undefined
    this.eager = undefined
  }
}

const tokenizerFiles = ['vocab.txt', 'tokenizer.json', 'tokenizer_config.json']

/** What word pieces depend on: the run's settings but for the optimizer's, and the files. */
const taskKey = ({ config, labels, base, folder }: TaskSource): string => {
  const { data, head, maxLength, stride, regression, selectionMetric } = config
  const dataFiles = [data.train, data.dev, data.test].flatMap((file) =>
    file === undefined ? [] : [path.resolve(base, file)],
  )
  const files = [...dataFiles, ...tokenizerFiles.map((name) => path.join(folder.dir, name))]
  return canonicalJson({
    data,
    head,
    maxLength,
    stride: stride ?? null,
    regression,
    selectionMetric,
    labels,
    files: files.map(fileStamp),
  })
}

/** Changes whenever the file does, as far as its folder tells. */
const fileStamp = (file: string): string => {
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  return stat ? `${file} ${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}` : `${file} –`
}
