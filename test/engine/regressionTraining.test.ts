import fs from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { checkModelFolder } from '../../src/core/model/folder.ts'
import { startBackend } from '../../src/engine/backends/startBackend.ts'
import { type HostBatch, makeBatch } from '../../src/engine/batches.ts'
import { EagerModel } from '../../src/engine/eagerModel.ts'
import { sentenceHead } from '../../src/engine/heads/sentence.ts'
import { RecordedModel } from '../../src/engine/recordedModel.ts'
import { loadWeights } from '../../src/engine/weights.ts'
import { backendFiles, fixture } from '../support/engineFiles.ts'
import {
  expectFirstStep,
  expectTrajectory,
  seed,
  type TorchGolden,
} from '../support/torchGolden.ts'

interface GoldenBatch {
  readonly ids: readonly number[][]
  readonly typeIds: readonly number[][]
  readonly lengths: readonly number[]
  /** Scores. */
  readonly labels: readonly number[]
}
const golden = JSON.parse(
  fs.readFileSync(fixture('regression/golden.json'), 'utf8'),
) as TorchGolden<GoldenBatch>
const folder = checkModelFolder(fixture('regression'))
const head = sentenceHead(1)
const bert = { ...folder.config, hiddenDropout: 0, attentionDropout: 0 }
const config = { ...golden.settings, dropout: 0, precision: 'fp32' } as const
const weights = () => loadWeights(folder, head, seed)

const batchOf = ({ ids, typeIds, lengths, labels }: GoldenBatch): HostBatch =>
  makeBatch(
    head,
    labels.map((target, row) => ({
      ids: ids[row]!.slice(0, lengths[row]),
      typeIds: typeIds[row]!.slice(0, lengths[row]),
      target,
    })),
    // A row that only fills up must change nothing.
    labels.length + 1,
    64,
  )

describe('scores against torch', () => {
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
      const model = new EagerModel(weights(), bert, config, head)
      expectTrajectory(golden, model, batchOf)
      model.dispose()
      expect(tf.memory().numTensors).toBe(0)
    },
  )

  it('twenty steps of AdamW, recorded', async () => {
    await startBackend('tensorflow', backendFiles())
    const model = new RecordedModel(weights(), bert, config, head)
    expectTrajectory(golden, model, batchOf)
    model.dispose()
    expect(tf.memory().numTensors).toBe(0)
  })
})
