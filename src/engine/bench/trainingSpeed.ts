import type { BertConfig } from '../../core/model/bertConfig.ts'
import type { BackendFiles } from '../backends/startBackend.ts'
import { benchBatch } from './benchBatch.ts'
import { type BenchCase, loadBenchModel } from './benchCase.ts'
import { stepFlops } from './stepFlops.ts'

/** Operations of the largest step that is measured: some seconds on two cores of a laptop. */
const largestStep = { tensorflow: 1.5e12, wasm: 5e10 } as const
const fewestSteps = 2
const mostSteps = 5
const enoughMs = 3000

/**
 * How fast this machine trains, within seconds also where a whole batch would take a minute. The
 * fastest of some steps after the first, which prepares the graph: what else the machine does only
 * takes from it.
 *
 * @returns floating-point operations of the step's matrix products a second
 * @throws InputError where a folder is no BERT
 */
export const measureTrainingSpeed = async (
  benchCase: Omit<BenchCase, 'steps'>,
  files: BackendFiles,
): Promise<number> => {
  const { model, config } = await loadBenchModel(benchCase, files)
  try {
    const shape = affordableShape(benchCase, config)
    const batch = benchBatch(shape, config, 1)
    const times: number[] = []
    const began = performance.now()
    while (times.length < mostSteps) {
      const started = performance.now()
      model.train({ batch, step: times.length + 1, learningRate: 2e-5, seed: 1 })
      const now = performance.now()
      times.push(now - started)
      if (times.length >= fewestSteps && now - began > enoughMs) break
    }
    return stepFlops(config, shape) / (Math.min(...times.slice(1)) / 1000)
  } finally {
    model.dispose()
  }
}

/** The same length, and so many texts as the largest step allows. */
export const affordableShape = (
  { backend, batchSize, length }: Pick<BenchCase, 'backend' | 'batchSize' | 'length'>,
  config: Pick<BertConfig, 'layers' | 'hiddenSize' | 'intermediateSize'>,
) => {
  const texts = Math.floor(largestStep[backend] / stepFlops(config, { batchSize: 1, length }))
  return { batchSize: Math.min(batchSize, Math.max(1, texts)), length }
}
