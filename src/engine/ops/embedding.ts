import * as tf from '@tensorflow/tfjs-core'

/**
 * A look-up without tfjs' check of the ids, which reads them back into JavaScript: a step could not
 * be recorded. Each backend registers it; ids come from a tokenizer that knows the table.
 */
export const embeddingKernel = 'HeadwayEmbedding'

/**
 * Rows of a table.
 *
 * @param table [rows, width]
 * @param ids int32 [n]
 * @returns [n, width]
 */
export const embedding = (table: tf.Tensor, ids: tf.Tensor1D): tf.Tensor2D =>
  tf.customGrad((...args) => {
    const [rows, save] = args as unknown as [tf.Tensor2D, tf.GradSaveFunc]
    save([ids])
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      tf.unsortedSegmentSum(dy, saved[0] as tf.Tensor1D, rows.shape[0])
    const value = tf.engine().runKernel(embeddingKernel, { table: rows, ids }) as tf.Tensor
    return { value, gradFunc }
  })(table) as tf.Tensor2D
