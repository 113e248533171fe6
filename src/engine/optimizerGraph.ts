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

const float = { type: DataType.float }
const T = { T: float }

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
  const scale = addClipScale(
    graph,
    variables.map(({ gradient }) => gradient),
    settings.maxGradientNorm,
  )
  const beta1 = graph.float(settings.beta1)
  const beta2 = graph.float(settings.beta2)
  return variables.map(({ weight, first, second, gradient, decayed }) => {
    const clipped =
      scale === undefined ? gradient : graph.add('Mul', [gradient, scale], T, `clip/${weight.name}`)
    const after = decayed ? [addDecay(graph, weight, inputs.decay, clipped)] : []
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

/** min(1, max norm / (norm + 1e-6)), as clip_grad_norm_. @returns float32 [] */
const addClipScale = (
  graph: GraphBuilder,
  gradients: readonly NodeOutput[],
  maxNorm: number,
): NodeOutput | undefined => {
  if (maxNorm === 0) return undefined
  const halves = gradients.map((gradient) => graph.add('L2Loss', [gradient], T, 'clip/half_square'))
  const half = graph.add('AddN', halves, { ...T, N: { i: halves.length } })
  const norm = graph.add('Sqrt', [graph.add('Mul', [half, graph.float(2)], T)], T)
  const room = graph.add('AddV2', [norm, graph.float(1e-6)], T)
  const ratio = graph.add('RealDiv', [graph.float(maxNorm), room], T)
  return graph.add('Minimum', [graph.float(1), ratio], T, 'clip/scale')
}

/** w ← w − w·decay, once the gradient (and so every use of w) is done. */
const addDecay = (
  graph: GraphBuilder,
  weight: GraphVariable,
  decay: NodeOutput,
  after: NodeOutput,
): NodeOutput => {
  const read = graph.add(
    'ReadVariableOp',
    [weight.handle, `^${after}`],
    { dtype: float },
    `decay/${weight.name}`,
  )
  const share = graph.add('Mul', [read, decay], T)
  return graph.add('AssignSubVariableOp', [weight.handle, share], { dtype: float })
}
