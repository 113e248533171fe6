import { createRequire } from 'node:module'
import util from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js'
import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js'
import { embeddingKernel } from '../ops/embedding.ts'
import { registerDropoutMask } from './tensorflowDropout.ts'
import { registerFusedKernels } from './tensorflowFused.ts'

export const tensorflowBackend = 'tensorflow'

/**
 * Registers TensorFlow under tfjs, from a binding compiled against the library beside it. Imported
 * piece by piece: tfjs-node's own index looks for a binding in node_modules and exits without one.
 *
 * @param bindingFile absolute path of `tfjs_binding.node`
 */
export const registerTensorflow = async (bindingFile: string): Promise<void> => {
  if (tf.findBackendFactory(tensorflowBackend)) return
  restoreUtilFunction()
  const { NodeJSKernelBackend } = await import(
    '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js'
  )
  await import('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js')
  const binding = createRequire(bindingFile)(bindingFile) as TFJSBinding
  tf.registerBackend(tensorflowBackend, () => new NodeJSKernelBackend(binding, 'headway'))
  registerDropoutMask()
  registerEmbedding()
  registerFusedKernels(bindingFile, binding)
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
const restoreUtilFunction = (): void => {
  const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean }
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined
}

const registerEmbedding = (): void => {
  tf.registerKernel({
    kernelName: embeddingKernel,
    backendName: tensorflowBackend,
    kernelFunc: ({ inputs, backend }) => {
      const { table, ids } = inputs as { table: tf.TensorInfo; ids: tf.TensorInfo }
      const node = backend as unknown as NodeJSKernelBackend
      const { TF_ATTR_TYPE, TF_ATTR_INT, TF_FLOAT, TF_INT32 } = node.binding
      const axis = tf.scalar(0, 'int32')
      const rows = node.executeSingleOutput(
        'GatherV2',
        [
          { name: 'Tparams', type: TF_ATTR_TYPE, value: TF_FLOAT },
          { name: 'Tindices', type: TF_ATTR_TYPE, value: TF_INT32 },
          { name: 'Taxis', type: TF_ATTR_TYPE, value: TF_INT32 },
          { name: 'batch_dims', type: TF_ATTR_INT, value: 0 },
        ],
        [table, ids, axis],
      )
      axis.dispose()
      return rows
    },
  })
}
