import fs from 'node:fs'
import readline from 'node:readline'
import { seededRandom } from '../../src/core/random.ts'
import type { BackendFiles } from '../../src/engine/backends/startBackend.ts'
import { type EncodedExample, makeBatch } from '../../src/engine/batches.ts'
import { benchBatch, benchHead } from '../../src/engine/bench/benchBatch.ts'
import {
  type LoadedBenchModel,
  type LoadedBenchPredictor,
  loadBenchModel,
  loadBenchPredictor,
} from '../../src/engine/bench/benchCase.ts'
import { productSpeed } from '../../src/engine/bench/productSpeed.ts'
import { lengthBatches } from '../../src/engine/lengthBatches.ts'
import { peakMemoryMB } from '../../src/engine/memory.ts'
import { learningRateAt } from '../../src/engine/schedule.ts'
import { piecesOf } from '../../src/engine/tasks/task.ts'
import { locateTensorflow, tensorflowEnvironment } from '../../src/runtime/tensorflow.ts'
import type {
  EpochExample,
  Memory,
  Products,
  Ready,
  Request,
  SideCase,
  Worked,
} from './protocol.ts'

/** Headway's side of the comparison; the arguments are the case as JSON and the wasm folder. */

type Work = (at: number) => { loss?: number; examples: number }

const training = ({ model }: LoadedBenchModel, totalSteps: number) => {
  let step = 0
  return (batch: Parameters<typeof model.train>[0]['batch']): number => {
    step++
    const learningRate = learningRateAt(Math.min(step, totalSteps), totalSteps, 0.1, 5e-5)
    return model.train({ batch, step, learningRate, seed: 1 })
  }
}

type Predicting = Extract<SideCase, { kind: 'predict' }>

const predictionOf = (
  { batchSize, lengths }: Predicting,
  { model, config }: LoadedBenchPredictor,
): Work => {
  const batches = lengths.map((length, seed) => benchBatch({ batchSize, length }, config, seed))
  return (at) => {
    model.predict(batches[at % batches.length]!)
    return { examples: batchSize }
  }
}

const trainingOf = (side: Exclude<SideCase, Predicting>, loaded: LoadedBenchModel): Work => {
  const { batchSize } = side
  if (side.kind === 'train') {
    const train = training(loaded, 1000)
    const batches = [1, 2, 3].map((seed) => benchBatch(side, loaded.config, seed))
    return (at) => ({ loss: train(batches[at % batches.length]!), examples: batchSize })
  }
  const examples = readExamples(side.examples)
  const lengths = examples.map(({ ids }) => ids.length)
  const epoch = lengthBatches(lengths, batchSize, side.maxLength, seededRandom(1, 'epoch 0'))
  const train = training(loaded, 3 * epoch.length)
  return (at) => {
    const picked = epoch[at % epoch.length]!.map((index) => examples[index]!)
    const batch = makeBatch(benchHead, picked, batchSize, side.maxLength)
    return { loss: train(batch), examples: picked.length }
  }
}

const readExamples = (file: string): EncodedExample<number>[] => {
  const examples = JSON.parse(fs.readFileSync(file, 'utf8')) as EpochExample[]
  return examples.map(({ ids, target }) => ({ ids, typeIds: ids.map(() => 0), target }))
}

const timed = (work: Work, from: number, count: number): Worked => {
  const ms: number[] = []
  const losses: number[] = []
  let examples = 0
  const cpu = process.cpuUsage()
  for (let at = from; at < from + count; at++) {
    const started = performance.now()
    const done = work(at)
    ms.push(performance.now() - started)
    examples += done.examples
    if (done.loss !== undefined) losses.push(done.loss)
  }
  const { user, system } = process.cpuUsage(cpu)
  return { ms, losses, examples, cpuMs: (user + system) / 1000 }
}

const answer = (value: Ready | Worked | Memory | Products): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

const load = async (side: SideCase, files: BackendFiles) => {
  if (side.kind === 'predict') {
    const loaded = await loadBenchPredictor(side, files)
    return { loaded, work: predictionOf(side, loaded) }
  }
  const pieces =
    side.kind === 'train' ? undefined : piecesOf(readExamples(side.examples).map(({ ids }) => ids))
  const loaded = await loadBenchModel(side, files, pieces)
  return { loaded, work: trainingOf(side, loaded) }
}

const main = async (): Promise<void> => {
  const side = JSON.parse(process.argv[2] ?? '') as SideCase
  const tensorflow = locateTensorflow()
  if (tensorflow) Object.assign(process.env, tensorflowEnvironment(tensorflow))
  const files = { binding: tensorflow?.binding, wasmDir: process.argv[3] ?? '' }
  const { loaded, work } = await load(side, files)
  let done = 0
  answer({
    parameters: loaded.model.parameterCount,
    versions: { node: process.versions.node, tensorflow: tensorflow?.version ?? 'none' },
    recordingMs: loaded.recordingMs,
  })
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request
    if (request.do === 'work') {
      answer(timed(work, done, request.count))
      done += request.count
    } else if (request.do === 'memory') answer({ peakMemoryMB: peakMemoryMB() })
    else answer({ gflopsPerSecond: productSpeed(side.precision, side.backend) })
  }
}

void main()
