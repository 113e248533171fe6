import * as tf from '@tensorflow/tfjs-core'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js'
import { expect, it } from 'vitest'
import { checkModelFolder } from '../../src/core/model/folder.ts'
import { startBackend } from '../../src/engine/backends/startBackend.ts'
import { makeBatch } from '../../src/engine/batches.ts'
import { sentenceHead } from '../../src/engine/heads/sentence.ts'
import { RecordedModel } from '../../src/engine/recordedModel.ts'
import { loadWeights } from '../../src/engine/weights.ts'
import { backendFiles, fixture } from '../support/engineFiles.ts'

it('2,000 steps leave no tensor and no memory behind', { timeout: 120_000 }, async () => {
  await startBackend('tensorflow', backendFiles())
  const folder = checkModelFolder(fixture('training'))
  const head = sentenceHead(3)
  const settings = {
    precision: 'fp32',
    dropout: 0.1,
    weightDecay: 0.01,
    maxGradientNorm: 1,
  } as const
  const model = new RecordedModel(loadWeights(folder, head, 1), folder.config, settings, head)
  const batches = [16, 32, 48].map((length) => {
    const ids = Array.from({ length }, (_, i) => i % 100)
    return makeBatch(head, [{ ids, typeIds: ids.map(() => 0), target: 1 }], 4, 64)
  })
  const { binding } = tf.backend() as unknown as NodeJSKernelBackend
  let step = 0
  const run = (steps: number) => {
    for (let i = 0; i < steps; i++) {
      step++
      model.train({ batch: batches[step % 3]!, step, learningRate: 1e-4, seed: 1 })
    }
    return { tensors: binding.getNumOfTensors(), megabytes: process.memoryUsage().rss / 1e6 }
  }
  const warm = run(500)
  const end = run(1500)
  expect(end.tensors).toBe(warm.tensors)
  // A leaked gradient set would be 100 kB a step: 150 MB here.
  expect(end.megabytes - warm.megabytes).toBeLessThan(40)
  model.dispose()
})
