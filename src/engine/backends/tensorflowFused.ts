import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js'
import type { TFEOpAttr, TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js'
import { messageOf } from '../../core/errors.ts'
import { fusedKernelsFile } from '../../core/fusedKernelsFile.ts'
import { type FusedKernel, fusedKernels, signatures } from '../ops/fusedKernels.ts'

/**
 * Makes the kernels of `native/` known to TensorFlow and to TensorFlow.js, where they could be compiled
 * (runtime/fusedKernels.ts) and the processor is what computes.
 *
 * @param bindingFile the kernels lie beside it
 */
export const registerFusedKernels = (bindingFile: string, binding: TFJSBinding): void => {
  const file = path.join(path.dirname(bindingFile), fusedKernelsFile)
  if (binding.isUsingGpuDevice() || !fs.existsSync(file)) return
  try {
    createRequire(file)(file)
  } catch (error) {
    // Of another machine, say: a cache may be shared.
    console.warn(`Headway's kernels do not load here, training is slower: ${messageOf(error)}`)
    return
  }
  for (const name of fusedKernels) register(name)
}

const register = (kernelName: FusedKernel): void => {
  const { inputs: names, outputs, attrs: kinds } = signatures[kernelName]
  tf.registerKernel({
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const node = backend as unknown as NodeJSKernelBackend
      const { TF_ATTR_TYPE, TF_ATTR_INT, TF_ATTR_FLOAT, TF_FLOAT } = node.binding
      const types = { int: TF_ATTR_INT, float: TF_ATTR_FLOAT }
      const opAttrs: TFEOpAttr[] = [{ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }]
      for (const [name, kind] of Object.entries(kinds)) {
        opAttrs.push({ name, type: types[kind], value: Number(attrs?.[name] ?? 0) })
      }
      const given = names.map((name) => inputs[name] as tf.TensorInfo)
      return node.executeMultipleOutputs(kernelName, opAttrs, given, outputs)
    },
  })
}
