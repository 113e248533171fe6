import { addCast } from './bfloat16.ts'
import type { GraphBuilder, NodeOutput } from './graphBuilder.ts'
import { shapeMessage } from './graphBuilder.ts'
import { DataType } from './protos.ts'

/** A variable in a graph, float32 where nothing else is said. */
export interface GraphVariable {
  readonly name: string
  /** TensorFlow's number. */
  readonly dtype: number
  readonly shape: readonly number[]
  readonly handle: NodeOutput
  /** Its value; fetch it to read the variable. */
  readonly read: NodeOutput
}

const float = { type: DataType.float }

/**
 * Weights live in variables, not in constants: they change, and a GraphDef ends at 2 GB.
 *
 * @param name unique in the graph; it may hold characters that node names may not
 */
export const addVariable = (
  graph: GraphBuilder,
  name: string,
  shape: readonly number[],
  dtype: number = DataType.float,
): GraphVariable => {
  const node = nodeName(name)
  const type = { type: dtype }
  const handle = graph.add(
    'VarHandleOp',
    [],
    {
      dtype: type,
      shape: { shape: shapeMessage(shape) },
      shared_name: { s: new TextEncoder().encode(name) },
    },
    `variable/${node}`,
  )
  const read = graph.add('ReadVariableOp', [handle], { dtype: type }, `read/${node}`)
  return { name, dtype, shape, handle, read }
}

/**
 * A node that sets variables from float32 placeholders, all in one run.
 *
 * @returns the node to fetch, and each variable's placeholder
 */
export const addAssignment = (
  graph: GraphBuilder,
  variables: readonly GraphVariable[],
  name: string,
): { readonly done: NodeOutput; readonly values: ReadonlyMap<string, NodeOutput> } => {
  const values = new Map<string, NodeOutput>()
  const assigned = variables.map((variable) => {
    const node = `${name}/${nodeName(variable.name)}`
    const { handle, dtype, shape } = variable
    const value = graph.placeholder(node, DataType.float, shape)
    values.set(variable.name, value)
    // A placeholder's memory may be JavaScript's. A variable that kept it would give it back when it is
    // next written, on a thread of TensorFlow's, where Node's functions crash the process.
    const own =
      dtype === DataType.float
        ? graph.add('DeepCopy', [value], { T: float })
        : addCast(graph, value, DataType.float, dtype)
    return graph.add('AssignVariableOp', [handle, own], { dtype: { type: dtype } })
  })
  return { done: graph.done(assigned, name), values }
}

/** A node that sets variables to zero, all in one run. */
export const addZeroing = (
  graph: GraphBuilder,
  variables: readonly GraphVariable[],
  name: string,
): NodeOutput => {
  const zeroed = variables.map(({ handle, shape }) => {
    const zeros = graph.add('Fill', [graph.ints(shape), graph.float(0)], {
      T: float,
      index_type: { type: DataType.int32 },
    })
    return graph.add('AssignVariableOp', [handle, zeros], { dtype: float })
  })
  return graph.done(zeroed, name)
}

const nodeName = (name: string): string => name.replace(/[^A-Za-z0-9_./-]/g, '_')
