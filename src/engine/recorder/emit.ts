import type { TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js'
import type { AttributeValue, GraphBuilder, NodeOutput } from './graphBuilder.ts'
import { shapeMessage } from './graphBuilder.ts'
import { DataType } from './protos.ts'
import {
  type RecordedConstant,
  type RecordedOp,
  type Recording,
  RecordingError,
} from './recording.ts'
import { fitSize, type SizeExpression, type Sizes } from './sizes.ts'

/** The same function, recorded at these sizes. */
export interface SizedRecording {
  readonly sizes: Sizes
  readonly recording: Recording
}

export interface EmitOptions {
  /** A node for each input's name. */
  readonly inputs: ReadonlyMap<string, NodeOutput>
  /** A node with each dimension's size, int32 []. */
  readonly dimensions: ReadonlyMap<string, NodeOutput>
  /** May write other nodes in an op's place, one for each output; undefined leaves it as it was. */
  readonly rewrite?: (
    op: RecordedOp,
    inputs: readonly NodeOutput[],
    graph: GraphBuilder,
  ) => readonly NodeOutput[] | undefined
}

/**
 * Writes recordings of one function as one graph that serves every size: the recordings must have
 * run the same ops; the constants in which they differ are replaced by what computes them from the
 * sizes.
 *
 * @returns a node for each of the function's outputs
 * @throws RecordingError where the recordings differ in more than that
 */
export const emit = (
  graph: GraphBuilder,
  recordings: readonly SizedRecording[],
  options: EmitOptions,
): Map<string, NodeOutput> => {
  const sizes = recordings.map((recording) => recording.sizes)
  const first = recordings[0]!.recording
  const expressions = new SizeNodes(graph, options.dimensions)
  const nodes = new Map<number, NodeOutput>()
  for (const [id, name] of first.inputs) {
    const node = options.inputs.get(name)
    if (node === undefined) throw new RecordingError(`The graph has no input "${name}".`)
    nodes.set(id, node)
  }
  checkSameLength(recordings)
  for (const [index, step] of neededSteps(first)) {
    const others = recordings.map(({ recording }) => recording.steps[index]!)
    if (step.kind === 'constant') {
      nodes.set(step.id, emitConstant(graph, expressions, others, sizes))
    } else {
      checkSameOp(step, others)
      const inputs = step.inputs.map((id) => nodes.get(id)!)
      const made =
        options.rewrite?.(step, inputs, graph) ??
        outputsOf(graph.add(step.op, inputs, attributesOf(step.attrs)), step.outputs.length)
      graph.ranks.set(made[0]!, step.shapes[0]!.length)
      step.outputs.forEach((id, output) => {
        nodes.set(id, made[output]!)
      })
    }
  }
  return new Map([...first.outputs].map(([name, id]) => [name, nodes.get(id)!]))
}

/** A node's outputs by name. */
export const outputsOf = (name: NodeOutput, count: number): NodeOutput[] =>
  Array.from({ length: count }, (_, output) => (output === 0 ? name : `${name}:${output}`))

/** Steps that an output depends on; backpropagation leaves some that none does. */
const neededSteps = (recording: Recording): [number, RecordedConstant | RecordedOp][] => {
  const wanted = new Set(recording.outputs.values())
  const needed: [number, RecordedConstant | RecordedOp][] = []
  for (let index = recording.steps.length - 1; index >= 0; index--) {
    const step = recording.steps[index]!
    const made = step.kind === 'constant' ? [step.id] : step.outputs
    if (!made.some((id) => wanted.has(id))) continue
    needed.push([index, step])
    if (step.kind === 'op') for (const id of step.inputs) wanted.add(id)
  }
  return needed.reverse()
}

const checkSameLength = (recordings: readonly SizedRecording[]): void => {
  const counts = recordings.map(({ recording }) => recording.steps.length)
  if (counts.some((count) => count !== counts[0])) {
    throw new RecordingError(
      `The function runs another number of ops at other sizes (${counts.join(', ')}): it branches on the size.`,
    )
  }
}

const checkSameOp = (
  step: RecordedOp,
  others: readonly (RecordedConstant | RecordedOp)[],
): void => {
  const attributes = JSON.stringify(step.attrs)
  for (const other of others) {
    if (other.kind !== 'op' || other.op !== step.op) {
      throw new RecordingError(
        `The function runs ${step.op} at one size and ${other.kind === 'op' ? other.op : 'a constant'} at another.`,
      )
    }
    if (JSON.stringify(other.attrs) !== attributes) {
      throw new RecordingError(`An attribute of ${step.op} depends on the size.`)
    }
  }
}

const emitConstant = (
  graph: GraphBuilder,
  expressions: SizeNodes,
  seen: readonly (RecordedConstant | RecordedOp)[],
  sizes: readonly Sizes[],
): NodeOutput => {
  const constants = seen.filter((step) => step.kind === 'constant')
  const [first] = constants
  if (!first || constants.length !== seen.length) {
    throw new RecordingError('The function makes a constant at one size and runs an op at another.')
  }
  const sameShape = constants.every((other) => other.shape.join() === first.shape.join())
  if (!sameShape) return emitFill(graph, expressions, constants, sizes)
  const same = constants.every((other) =>
    other.values.every((value, i) => value === first.values[i]),
  )
  if (same) return graph.constant(first.dtype, first.shape, first.values)
  if (first.dtype !== DataType.int32 || first.shape.length > 2) {
    throw new RecordingError(
      `A constant of shape [${first.shape.join(', ')}] has other values at other sizes: compute it from the inputs instead.`,
    )
  }
  const elements = [...first.values].map((_, i) =>
    fitOrFail(
      constants.map((constant) => constant.values[i]!),
      sizes,
    ),
  )
  return expressions.tensor(elements, first.shape)
}

/** A tensor of one value whose shape follows the sizes: zeros, ones. */
const emitFill = (
  graph: GraphBuilder,
  expressions: SizeNodes,
  constants: readonly RecordedConstant[],
  sizes: readonly Sizes[],
): NodeOutput => {
  const [first] = constants
  const value = first!.values[0] ?? 0
  const uniform = constants.every((constant) => constant.values.every((each) => each === value))
  const rank = first!.shape.length
  if (!uniform || constants.some((constant) => constant.shape.length !== rank)) {
    throw new RecordingError(
      `A constant of shape [${first!.shape.join(', ')}] depends on the size: feed it as an input instead.`,
    )
  }
  const dims = first!.shape.map((_, axis) =>
    fitOrFail(
      constants.map((constant) => constant.shape[axis]!),
      sizes,
    ),
  )
  const scalar = graph.constant(first!.dtype, [], first!.values.slice(0, 1))
  return graph.add('Fill', [expressions.tensor(dims, [rank]), scalar], {
    T: { type: first!.dtype },
    index_type: { type: DataType.int32 },
  })
}

const fitOrFail = (seen: readonly number[], sizes: readonly Sizes[]): SizeExpression => {
  const expression = fitSize(seen, sizes)
  if (!expression) {
    throw new RecordingError(
      `The number ${seen.join(' / ')} does not follow from the sizes ${JSON.stringify(sizes)}.`,
    )
  }
  return expression
}

/** Nodes that compute numbers from the sizes; each distinct number once. */
class SizeNodes {
  private readonly made = new Map<string, NodeOutput>()

  constructor(
    private readonly graph: GraphBuilder,
    private readonly dimensions: ReadonlyMap<string, NodeOutput>,
  ) {}

  /** int32 of the given shape */
  tensor(elements: readonly SizeExpression[], shape: readonly number[]): NodeOutput {
    const key = `${JSON.stringify(elements)} ${shape.join()}`
    return this.once(key, () => {
      const scalars = elements.map((element) => this.scalar(element))
      if (shape.length === 0) return scalars[0]!
      const int = { type: DataType.int32 }
      const flat = this.graph.add('Pack', scalars, {
        N: { i: scalars.length },
        T: int,
        axis: { i: 0 },
      })
      if (shape.length === 1) return flat
      return this.graph.add('Reshape', [flat, this.graph.ints(shape)], { T: int, Tshape: int })
    })
  }

  private scalar({ offset, factor, dimensions }: SizeExpression): NodeOutput {
    const int = { T: { type: DataType.int32 } }
    return this.once(`${offset} ${factor} ${dimensions.join()}`, () => {
      if (dimensions.length === 0) return this.graph.ints([offset], [])
      let value = dimensions
        .map((name) => this.dimensions.get(name)!)
        .reduce((product, size) => this.graph.add('Mul', [product, size], int))
      if (factor !== 1) value = this.graph.add('Mul', [value, this.graph.ints([factor], [])], int)
      if (offset !== 0) value = this.graph.add('AddV2', [value, this.graph.ints([offset], [])], int)
      return value
    })
  }

  private once(key: string, make: () => NodeOutput): NodeOutput {
    const known = this.made.get(key)
    if (known !== undefined) return known
    const node = make()
    this.made.set(key, node)
    return node
  }
}

/** TF_AttrType of the C API, as tfjs-node hands it over. */
const AttributeType = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const

export const attributesOf = (attrs: readonly TFEOpAttr[]): Record<string, AttributeValue> =>
  Object.fromEntries(attrs.map((attr) => [attr.name, attributeValue(attr)]))

const attributeValue = ({ name, type, value }: TFEOpAttr): AttributeValue => {
  switch (type) {
    case AttributeType.string:
      return { s: new TextEncoder().encode(value as unknown as string) }
    case AttributeType.int:
      return Array.isArray(value) ? { list: { i: value } } : { i: value as number }
    case AttributeType.float:
      return Array.isArray(value) ? { list: { f: value } } : { f: value as number }
    case AttributeType.bool:
      return Array.isArray(value) ? { list: { b: value } } : { b: value as unknown as boolean }
    case AttributeType.type:
      return { type: value as number }
    case AttributeType.shape:
      return { shape: shapeMessage(value as number[]) }
    default:
      throw new RecordingError(
        `The attribute "${name}" is of a kind that is not recorded (${type}).`,
      )
  }
}
