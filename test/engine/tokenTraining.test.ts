import fs from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkModelFolder } from '../../src/core/model/folder.ts'
import { startBackend } from '../../src/engine/backends/startBackend.ts'
import { type HostBatch, makeBatch } from '../../src/engine/batches.ts'
import { EagerModel } from '../../src/engine/eagerModel.ts'
import { tokenHead } from '../../src/engine/heads/token.ts'
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

interface GoldenRows {
  readonly rows: readonly { readonly ids: number[]; readonly labels: number[] }[]
}
const golden = JSON.parse(
  fs.readFileSync(fixture('token/golden.json'), 'utf8'),
) as TorchGolden<GoldenRows> & { readonly logits: number[][][] }
const folder = checkModelFolder(fixture('token'))
const head = tokenHead(5)
const bert = { ...folder.config, hiddenDropout: 0, attentionDropout: 0 }
const config = { ...golden.settings, dropout: 0, precision: 'fp32' } as const
const weights = () => loadWeights(folder, head, seed)
const recorded = () => new RecordedModel(weights(), bert, config, head)
const eager = () => new EagerModel(weights(), bert, config, head)

const batchOf = ({ rows }: GoldenRows): HostBatch =>
  makeBatch(
    head,
    rows.map(({ ids, labels }) => ({
      ids,
      typeIds: ids.map(() => 0),
      target: labels.map((label) => (label < 0 ? -1 : label)),
    })),
    // A row that only fills up must change nothing.
    rows.length + 1,
    64,
  )

describe('tags against torch', () => {
  it('one step: loss within 1e-5, gradients within 1e-4', async () => {
    await startBackend('tensorflow', backendFiles())
    tf.engine().startScope()
    expectFirstStep(golden, folder, head, batchOf(golden.steps[0]!))
    tf.engine().endScope()
  })

  it.each(['tensorflow', 'wasm'] as const)(
    'twenty steps of AdamW, eagerly on %s',
    async (backend) => {
      await startBackend(backend, backendFiles())
      const model = eager()
      expectTrajectory(golden, model, batchOf)
      model.dispose()
      expect(tf.memory().numTensors).toBe(0)
    },
  )

  it('twenty steps of AdamW, recorded', async () => {
    await startBackend('tensorflow', backendFiles())
    const model = recorded()
    expectTrajectory(golden, model, batchOf)
    model.dispose()
    expect(tf.memory().numTensors).toBe(0)
  })
})

describe('a token model', () => {
  beforeAll(() => startBackend('tensorflow', backendFiles()))

  it.each([
    ['recorded', recorded],
    ['eager', eager],
  ] as const)("has transformers' logits of every token, %s", (_, make) => {
    const model = make()
    const batch = batchOf(golden.steps[0]!)
    const logits = model.predict(batch)
    golden.logits.forEach((expected, row) => {
      const start = row * batch.length * head.outputs
      const flat = expected.flat()
      expect(difference(logits.slice(start, start + flat.length), flat)).toBeLessThan(2e-5)
    })
    model.dispose()
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
