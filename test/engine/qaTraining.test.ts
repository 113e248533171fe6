import fs from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkModelFolder } from '../../src/core/model/folder.ts'
import { startBackend } from '../../src/engine/backends/startBackend.ts'
import { type HostBatch, makeBatch } from '../../src/engine/batches.ts'
import { EagerModel } from '../../src/engine/eagerModel.ts'
import { qaHead } from '../../src/engine/heads/qa.ts'
import { RecordedModel } from '../../src/engine/recordedModel.ts'
import { loadWeights } from '../../src/engine/weights.ts'
import { backendFiles, fixture } from '../support/engineFiles.ts'
import {
  difference,
  expectFirstStep,
  expectTrajectory,
  seed,
  type TorchGolden,
} from '../support/torchGolden.ts'

interface GoldenRow {
  readonly ids: number[]
  readonly start: number
  readonly end: number
  readonly context: [from: number, to: number]
}
interface GoldenRows {
  readonly rows: readonly GoldenRow[]
}
const golden = JSON.parse(
  fs.readFileSync(fixture('qa/golden.json'), 'utf8'),
) as TorchGolden<GoldenRows>
const folder = checkModelFolder(fixture('qa'))
const bert = { ...folder.config, hiddenDropout: 0, attentionDropout: 0 }
const config = { ...golden.settings, dropout: 0, precision: 'fp32' } as const
const weights = () => loadWeights(folder, qaHead, seed)

const batchOf = ({ rows }: GoldenRows): HostBatch =>
  makeBatch(
    qaHead,
    rows.map(({ ids, start, end, context }) => ({
      ids,
      typeIds: ids.map((_, at) => (at < context[0] ? 0 : 1)),
      target: { start, end, context },
    })),
    // A row that only fills up must change nothing.
    rows.length + 1,
    64,
  )

describe('answers against torch', () => {
  it('one step: loss within 1e-5, gradients within 1e-4', async () => {
    await startBackend('tensorflow', backendFiles())
    tf.engine().startScope()
    expectFirstStep(golden, folder, qaHead, batchOf(golden.steps[0]!))
    tf.engine().endScope()
  })

  it.each(['tensorflow', 'wasm'] as const)(
    'twenty steps of AdamW, eagerly on %s',
    async (backend) => {
      await startBackend(backend, backendFiles())
      const model = new EagerModel(weights(), bert, config, qaHead)
      expectTrajectory(golden, model, batchOf)
      model.dispose()
      expect(tf.memory().numTensors).toBe(0)
    },
  )

  it('twenty steps of AdamW, recorded', async () => {
    await startBackend('tensorflow', backendFiles())
    const model = new RecordedModel(weights(), bert, config, qaHead)
    expectTrajectory(golden, model, batchOf)
    model.dispose()
    expect(tf.memory().numTensors).toBe(0)
  })
})

describe('a qa model', () => {
  beforeAll(() => startBackend('tensorflow', backendFiles()))
  const recorded = () => new RecordedModel(weights(), bert, config, qaHead)
  const eager = () => new EagerModel(weights(), bert, config, qaHead)

  it('predicts recorded what it predicts eagerly, at sizes it was not recorded at', () => {
    const one = recorded()
    const other = eager()
    for (const step of golden.steps.slice(0, 4)) {
      const batch = batchOf(step)
      const expected = other.predict(batch)
      const gap = difference(one.predict(batch), expected)
      expect(gap / Math.hypot(...expected)).toBeLessThan(1e-6)
    }
    one.dispose()
    other.dispose()
  })

  it.each([
    ['recorded', recorded],
    ['eager', eager],
  ] as const)('steps alike in micro-batches, %s', (_, make) => {
    const whole = make()
    const parts = make()
    for (const [index, step] of golden.steps.slice(0, 5).entries()) {
      const inputs = { batch: batchOf(step), step: index + 1, learningRate: 1e-3, seed }
      const loss = whole.train(inputs)
      expect(parts.train({ ...inputs, microBatches: 3 })).toBeCloseTo(loss, 5)
    }
    whole.dispose()
    parts.dispose()
  })
})
