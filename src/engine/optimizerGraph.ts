import type { GraphBuilder, NodeOutput } from './recorder/graphBuilder.ts'
import { DataType } from './recorder/protos.ts'
import type { GraphVariable } from './recorder/variables.ts'

/** Scalars fed with every step. */
export const optimizerInputs = [
  'learningRate',
  'beta1Power',
  'beta2Power',
  'epsilon',
  'decay',
] as const

export interface AdamWGraphSettings {
  readonly beta1: number
  readonly beta2: number
  readonly maxGradientNorm: number
}

export interface TrainedVariable {
  readonly weight: GraphVariable
  readonly first: GraphVariable
  readonly second: GraphVariable
  readonly gradient: NodeOutput
  readonly decayed: boolean
}

const T = { T: { type: DataType.float } }

/**
 * AdamW as graph nodes, in torch's order: clip the global norm, decay, apply (control edges hold it).
 *
 * `ResourceApplyAdam` adds ε before the bias correction, torch after it: feeding ε·√(1−β₂ᵗ) as
 * `epsilon` makes them equal. `decay` is η·λ.
 *
 * @returns the nodes that update, to wait for
 */
export const addAdamW = (
  graph: GraphBuilder,
  variables: readonly TrainedVariable[],
  inputs: Readonly<Record<(typeof optimizerInputs)[number], NodeOutput>>,
  settings: AdamWGraphSettings,
): NodeOutput[] => {
  const gradients = variables.map(({ gradient }) => gradientOf(graph, gradient))
  const scale = addClipScale(graph, gradients, settings.maxGradientNorm)
  const beta1 = graph.float(settings.beta1)
  const beta2 = graph.float(settings.beta2)
  const shrink = addShrink(graph, inputs.decay)
  return variables.map(({ weight, first, second, decayed }, index) => {
    const clipped = gradients[index]!.times(scale, `clip/${weight.name}`)
    const after = decayed ? [addDecay(graph, weight, shrink, clipped)] : []
    return graph.add(
      'ResourceApplyAdam',
      [
        weight.handle,
        first.handle,
        second.handle,
        inputs.beta1Power,
        inputs.beta2Power,
        inputs.learningRate,
        beta1,
        beta2,
        inputs.epsilon,
        clipped,
        ...after.map((node) => `^${node}`),
      ],
      { ...T, use_locking: { b: false }, use_nesterov: { b: false } },
      `adam/${weight.name}`,
    )
  })
}

/** A gradient as clipping needs it. */
interface Gradient {
  /** A tensor with the same sum of squares. */
  readonly numbers: NodeOutput
  times(scale: NodeOutput | undefined, name: string): NodeOutput
}

const gradientOf = (graph: GraphBuilder, node: NodeOutput): Gradient =>
  embeddingGradient(graph, node) ?? {
    numbers: node,
    times: (scale, name) => (scale === undefined ? node : graph.add('Mul', [node, scale], T, name)),
  }

/**
 * An embedding's gradient has a row for each word piece there is, of which a batch touches a few
 * hundred. Its norm is that of the rows touched, and it is scaled before it is spread out: three
 * passes fewer over half of a small model's weights.
 */
const embeddingGradient = (graph: GraphBuilder, node: NodeOutput): Gradient | undefined => {
  const spread = graph.nodes.find(({ name }) => name === node)
  if (spread?.op !== 'UnsortedSegmentSum') return undefined
  const [rows = '', ids = '', pieces = ''] = spread.input
  const int = { type: DataType.int32 }
  const unique = graph.add('Unique', [ids], { T: int, out_idx: int })
  const count = graph.add('Size', [ids], { T: int, out_type: int })
  const touched = graph.add('UnsortedSegmentSum', [rows, `${unique}:1`, count], spread.attr)
  return {
    numbers: touched,
    times: (scale, name) => {
      if (scale === undefined) return node
      const scaled = graph.add('Mul', [rows, scale], T)
      return graph.add('UnsortedSegmentSum', [scaled, ids, pieces], spread.attr, name)
    },
  }
}

/** min(1, max norm / (norm + 1e-6)), as clip_grad_norm_. @returns float32 [] */
const addClipScale = (
  graph: GraphBuilder,
  gradients: readonly Gradient[],
  maxNorm: number,
): NodeOutput | undefined => {
  if (maxNorm === 0) return undefined
  const halves = gradients.map(({ numbers }) =>
    graph.add('L2Loss', [numbers], T, 'clip/half_square'),
  )
  const half = graph.add('AddN', halves, { ...T, N: { i: halves.length } })
  const norm = graph.add('Sqrt', [graph.add('Mul', [half, graph.float(2)], T)], T)
  const room = graph.add('AddV2', [norm, graph.float(1e-6)], T)
  const ratio = graph.add('RealDiv', [graph.float(maxNorm), room], T)
  return graph.add('Minimum', [graph.float(1), ratio], T, 'clip/scale')
}

interface Shrink {
  readonly alpha: NodeOutput
  readonly l1: NodeOutput
  readonly l2: NodeOutput
}

/** So small that α·gradient vanishes beside any weight. */
const alpha = 1e-20

/** With l2 = d / (1 − d) / α, what `addDecay` divides by is 1 / (1 − d). */
const addShrink = (graph: GraphBuilder, decay: NodeOutput): Shrink => {
  const left = graph.add('Sub', [graph.float(1), decay], T)
  const share = graph.add('RealDiv', [decay, left], T)
  return {
    alpha: graph.float(alpha),
    l1: graph.float(0),
    l2: graph.add('RealDiv', [share, graph.float(alpha)], T),
  }
}

/**
 * w ← w · (1 − d), once the gradient (and so every use of w) is done. The proximal update
 * w ← (w − α·δ) / (1 + α·l2) is the one op that does it in place, in one pass and without a tensor
 * of w's size in between.
 */
const addDecay = (
  graph: GraphBuilder,
  weight: GraphVariable,
  { alpha, l1, l2 }: Shrink,
  gradient: NodeOutput,
): NodeOutput =>
  graph.add(
    'ResourceApplyProximalGradientDescent',
    [weight.handle, alpha, l1, l2, gradient],
    { ...T, use_locking: { b: false } },
    `decay/${weight.name}`,
  )
