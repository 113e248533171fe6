import { expect, it } from 'vitest'
import { benchModelConfig } from './benchModels.ts'
import { affordableShape } from './trainingSpeed.ts'

const minilm = benchModelConfig('minilm')

it.each([
  ['a usual step whole', 'tensorflow', { batchSize: 32, length: 128 }, 32],
  ['a long step in part', 'tensorflow', { batchSize: 128, length: 512 }, 37],
  ['less of it with WebAssembly', 'wasm', { batchSize: 16, length: 144 }, 5],
  ['one text at least', 'wasm', { batchSize: 8, length: 512 }, 1],
] as const)('measures %s', (_, backend, shape, batchSize) => {
  expect(affordableShape({ backend, ...shape }, minilm)).toEqual({
    batchSize,
    length: shape.length,
  })
})
