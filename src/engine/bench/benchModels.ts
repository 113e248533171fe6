import type { BertConfig } from '../../core/model/bertConfig.ts'
import { bertWeightShapes } from '../../core/model/bertWeights.ts'
import { seededRandom } from '../../core/random.ts'
import { type HostTensor, toFileLayout } from '../weights.ts'

/** [layers, hidden size, heads]: BERT's sizes, without weights to fetch. */
const sizes = {
  tiny: [2, 128, 2],
  minilm: [6, 384, 12],
  base: [12, 768, 12],
  large: [24, 1024, 16],
} as const

export type BenchModelName = keyof typeof sizes

export const benchModelNames = Object.keys(sizes) as BenchModelName[]

export const isBenchModel = (name: string): name is BenchModelName => Object.hasOwn(sizes, name)

/** BERT's configuration at one of the sizes: uncased vocabulary, dropout 0.1, as in the original. */
export const benchModelConfig = (name: BenchModelName): BertConfig => {
  const [layers, hiddenSize, heads] = sizes[name]
  return {
    vocabSize: 30522,
    hiddenSize,
    layers,
    heads,
    intermediateSize: 4 * hiddenSize,
    maxPositions: 512,
    typeVocabSize: 2,
    layerNormEps: 1e-12,
    hiddenAct: 'gelu',
    hiddenDropout: 0.1,
    attentionDropout: 0.1,
    initializerRange: 0.02,
  }
}

/** Weights as before any training, in the layout that the engine keeps them in. */
export const randomWeights = (config: BertConfig, classes: number): Map<string, HostTensor> => {
  const shapes = new Map<string, readonly number[]>(
    [...bertWeightShapes(config)].map(([name, shape]) => [`bert.${name}`, shape]),
  )
  shapes.set('classifier.weight', [classes, config.hiddenSize])
  shapes.set('classifier.bias', [classes])
  const uniform = uniformNumbers(config.initializerRange)
  const weights = new Map<string, HostTensor>()
  for (const [name, shape] of shapes) {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
    if (name.endsWith('LayerNorm.weight')) data.fill(1)
    else if (!name.endsWith('bias')) for (let i = 0; i < data.length; i++) data[i] = uniform()
    const { shape: kept, data: values } = toFileLayout(name, { shape: [...shape], data })
    weights.set(name, { shape: [...kept], data: values as Float32Array })
  }
  return weights
}

/** A normal draw takes ten times longer, and what is measured does not depend on it. */
const uniformNumbers = (deviation: number): (() => number) => {
  const random = seededRandom(1, 'bench weights')
  const width = deviation * Math.sqrt(12)
  return () => (random.uniform() - 0.5) * width
}
