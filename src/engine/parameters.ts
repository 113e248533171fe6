import * as tf from '@tensorflow/tfjs-core'
import { embedding } from './ops/embedding.ts'
import { wordTable } from './usedRows.ts'

/** A model's weights by Hugging Face name, in a fixed order. */
export class Parameters {
  constructor(private readonly tensors: ReadonlyMap<string, tf.Tensor>) {}

  get(name: string): tf.Tensor {
    const tensor = this.tensors.get(name)
    if (!tensor) throw new Error(`The model has no parameter ${name}.`)
    return tensor
  }

  /** Rows of an embedding's table. @param ids int32 [n] @returns [n, width] */
  rows(table: string, ids: tf.Tensor1D): tf.Tensor2D {
    return embedding(this.get(table), ids)
  }

  get names(): string[] {
    return [...this.tensors.keys()]
  }

  get count(): number {
    let numbers = 0
    for (const tensor of this.tensors.values()) numbers += tensor.size
    return numbers
  }

  list(): tf.Tensor[] {
    return [...this.tensors.values()]
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose()
  }
}

/** Where the rows are that training does not use (usedRows.ts). */
export interface IdleRows {
  readonly table: tf.Tensor // [vocabulary, width]
  readonly factor: tf.Tensor // [], what the decay of all steps has left of them
  readonly usedRow: tf.Tensor2D // int32 [batch, seq], −1 where a piece is not used
}

/** Weights of which the word table is kept in two parts. */
export class SplitParameters extends Parameters {
  constructor(
    tensors: ReadonlyMap<string, tf.Tensor>,
    private readonly idle: IdleRows,
  ) {
    super(tensors)
  }

  override rows(table: string, ids: tf.Tensor1D): tf.Tensor2D {
    if (table !== wordTable) return super.rows(table, ids)
    const row = tf.reshape(this.idle.usedRow, ids.shape)
    const zero = tf.scalar(0, 'int32')
    const isUsed = tf.reshape(tf.greaterEqual(row, zero), [...ids.shape, 1]) // bool [n, 1]
    const used = super.rows(table, tf.maximum(row, zero) as tf.Tensor1D)
    const idle = tf.mul(embedding(this.idle.table, ids), this.idle.factor)
    return tf.where(isUsed, used, idle) as tf.Tensor2D
  }
}
