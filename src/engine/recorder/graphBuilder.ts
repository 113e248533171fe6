import { DataType } from './protos.ts'

/** An op's first output, `name:1` its second, `^name` that it has run. */
export type NodeOutput = string

export type AttributeValue =
  | { readonly i: number }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly type: number }
  | { readonly s: Uint8Array }
  | { readonly shape: object }
  | { readonly tensor: object }
  | { readonly list: object }

export interface GraphNode {
  readonly name: string
  readonly op: string
  readonly input: readonly NodeOutput[]
  readonly attr: Readonly<Record<string, AttributeValue>>
}

/** Writes a GraphDef node by node. Names are unique: a number is appended where one is taken. */
export class GraphBuilder {
  readonly nodes: GraphNode[] = []
  /** Dimensions of a node's first output, where they are known. */
  readonly ranks = new Map<NodeOutput, number>()
  private readonly taken = new Map<string, number>()

  /** @returns the node's name, which stands for its first output */
  add(
    op: string,
    input: readonly NodeOutput[],
    attr: Readonly<Record<string, AttributeValue>>,
    name = op,
  ): NodeOutput {
    const count = this.taken.get(name) ?? 0
    this.taken.set(name, count + 1)
    const unique = count === 0 ? name : `${name}_${count}`
    this.nodes.push({ name: unique, op, input, attr })
    return unique
  }

  /** @param shape as far as it is known before a run: −1 for a size that varies */
  placeholder(name: string, dtype: number, shape: readonly number[]): NodeOutput {
    return this.add(
      'Placeholder',
      [],
      { dtype: { type: dtype }, shape: { shape: shapeMessage(shape) } },
      name,
    )
  }

  constant(
    dtype: number,
    shape: readonly number[],
    values: Float32Array | Int32Array | Uint8Array,
    name = 'const',
  ): NodeOutput {
    const tensor = {
      dtype,
      tensorShape: shapeMessage(shape),
      tensorContent: new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice(),
    }
    return this.add('Const', [], { dtype: { type: dtype }, value: { tensor } }, name)
  }

  float(value: number): NodeOutput {
    return this.constant(DataType.float, [], new Float32Array([value]), 'float')
  }

  ints(values: readonly number[], shape: readonly number[] = [values.length]): NodeOutput {
    return this.constant(DataType.int32, shape, new Int32Array(values), 'ints')
  }

  /** Something to fetch for its side effects: 0, once all of `after` have run. */
  done(after: readonly NodeOutput[], name: string): NodeOutput {
    const zero = this.float(0)
    const waits = after.map((node) => `^${node}`)
    return this.add('Identity', [zero, ...waits], { T: { type: DataType.float } }, name)
  }
}

export const shapeMessage = (shape: readonly number[]): object => ({
  dim: shape.map((size) => ({ size })),
})
