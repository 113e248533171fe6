/** Names of the kernels in `native/`, as TensorFlow and TensorFlow.js know them. */
export const fusedKernels = [
  'HeadwayBiasGelu',
  'HeadwayBiasGeluGrad',
  'HeadwayMaskedSoftmax',
  'HeadwayMaskedSoftmaxGrad',
  'HeadwayDropoutNorm',
  'HeadwayDropoutNormGrad',
] as const
export type FusedKernel = (typeof fusedKernels)[number]

interface Signature {
  /** By name, in the op's order. */
  readonly inputs: readonly string[]
  readonly outputs: number
  readonly attrs: Readonly<Record<string, 'float' | 'int'>>
  /** Inputs and outputs that may be bfloat16. */
  readonly narrow: { readonly inputs: readonly number[]; readonly outputs: readonly number[] }
}

const draw = { rate: 'float', site: 'int' } as const

/** As native/*.cc defines the ops. */
export const signatures: Readonly<Record<FusedKernel, Signature>> = {
  HeadwayBiasGelu: {
    inputs: ['x', 'bias'],
    outputs: 1,
    attrs: {},
    narrow: { inputs: [0], outputs: [0] },
  },
  HeadwayBiasGeluGrad: {
    inputs: ['dy', 'x', 'bias'],
    outputs: 2,
    attrs: {},
    narrow: { inputs: [0, 1], outputs: [0] },
  },
  HeadwayMaskedSoftmax: {
    inputs: ['scores', 'bias', 'key'],
    outputs: 2,
    attrs: draw,
    narrow: { inputs: [0], outputs: [0, 1] },
  },
  HeadwayMaskedSoftmaxGrad: {
    inputs: ['gradient', 'probabilities', 'dropped'],
    outputs: 1,
    attrs: { rate: 'float' },
    narrow: { inputs: [0, 1, 2], outputs: [0] },
  },
  HeadwayDropoutNorm: {
    inputs: ['x', 'bias', 'residual', 'gamma', 'beta', 'key'],
    outputs: 3,
    attrs: { ...draw, epsilon: 'float' },
    narrow: { inputs: [0], outputs: [] },
  },
  HeadwayDropoutNormGrad: {
    inputs: ['dy', 'normal', 'inverse', 'gamma', 'key'],
    outputs: 5,
    attrs: draw,
    narrow: { inputs: [], outputs: [0] },
  },
}
