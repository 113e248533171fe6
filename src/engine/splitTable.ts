import type { HostBatch } from './batches.ts'
import { idleTable, splitTableInputs } from './recordedFunctions.ts'
import type { Feed } from './recorder/compiledGraph.ts'
import type { GraphBuilder, NodeOutput } from './recorder/graphBuilder.ts'
import { DataType } from './recorder/protos.ts'
import { addVariable, type GraphVariable } from './recorder/variables.ts'
import type { UsedRows } from './usedRows.ts'

const float = { type: DataType.float }
const int = { type: DataType.int32 }

/**
 * The word table in a graph, in two parts: the used rows, which are trained, and the whole table
 * as it was when they last met, of which the idle rows count, times what decay has left of them.
 */
export class SplitTable {
  /** [vocabulary, width] */
  readonly idle: GraphVariable
  /** For the recorded prediction. */
  readonly inputs: ReadonlyMap<string, NodeOutput>
  private readonly joined: NodeOutput
  private readonly places: NodeOutput
  private factor = 1

  /** @param used the variable with the used rows, [used, width] */
  constructor(
    graph: GraphBuilder,
    private readonly rows: UsedRows,
    used: GraphVariable,
  ) {
    this.idle = addVariable(graph, idleTable, [rows.vocabulary, used.shape[1] ?? 1])
    const inputs = new Map([[`weight:${idleTable}`, this.idle.read]])
    for (const [name, [dtype, shape]] of Object.entries(splitTableInputs)) {
      const type = dtype === 'int32' ? DataType.int32 : DataType.float
      inputs.set(name, graph.placeholder(name, type, shape))
    }
    this.inputs = inputs
    this.places = graph.placeholder('places', DataType.int32, [rows.count, 1])
    const decayed = graph.add('Mul', [this.idle.read, inputs.get('factor')!], { T: float })
    const whole = graph.add('TensorScatterUpdate', [decayed, this.places, used.read], {
      T: float,
      Tindices: int,
    })
    const assigned = graph.add('AssignVariableOp', [this.idle.handle, whole], { dtype: float })
    this.joined = graph.done([assigned], 'joined')
  }

  /** As if no step had been taken. */
  restart(): void {
    this.factor = 1
  }

  /** What a step does to the idle rows. @param decay η·λ */
  decay(decay: number): void {
    this.factor *= 1 - decay
  }

  /** Brings both parts together in `idle`. @param run fetches a node */
  join(run: (feeds: Record<string, Feed>, output: NodeOutput) => void): void {
    const places: Feed = {
      dtype: 'int32',
      shape: [this.rows.count, 1],
      values: this.rows.pieces,
    }
    run({ [this.places]: places, factor: this.factorFeed() }, this.joined)
    this.factor = 1
  }

  trainingFeeds({ size, length, ids }: HostBatch): Record<string, Feed> {
    const rows = this.rows.trainedRowsOf(ids)
    return { ids: { dtype: 'int32', shape: [size, length], values: rows } }
  }

  predictionFeeds({ size, length, ids }: HostBatch): Record<string, Feed> {
    const usedRow: Feed = { dtype: 'int32', shape: [size, length], values: this.rows.rowsOf(ids) }
    return { usedRow, factor: this.factorFeed() }
  }

  private factorFeed(): Feed {
    return { dtype: 'float32', shape: [], values: new Float32Array([this.factor]) }
  }
}
