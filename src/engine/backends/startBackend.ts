import { InputError } from '../../core/errors.ts'
import type { RuntimeFacts } from '../environment.ts'

/** Where the backends' files are; the runtime finds them (src/runtime). */
export interface BackendFiles extends RuntimeFacts {
  /** `tfjs_binding.node`, beside TensorFlow's library; absent where the runtime is not installed. */
  readonly binding: string | undefined
  /** Folder of tfjs-backend-wasm's `.wasm` files. */
  readonly wasmDir: string
}

/**
 * Makes a backend the one tfjs computes on. Backends are loaded when asked for: TensorFlow's library
 * alone is 800 MB of address space.
 *
 * @throws InputError where tensorflow is asked for and not installed
 */
export const startBackend = async (
  backend: 'tensorflow' | 'wasm',
  files: BackendFiles,
): Promise<void> => {
  const { useBackend } = await import('./useBackend.ts')
  if (backend === 'wasm') {
    const { registerWasm } = await import('./wasm.ts')
    registerWasm(files.wasmDir)
  } else {
    if (files.binding === undefined) {
      throw new InputError(
        'The tensorflow backend is not installed: run "headway setup", or choose the backend "wasm".',
      )
    }
    const { registerTensorflow } = await import('./tensorflow.ts')
    await registerTensorflow(files.binding)
  }
  await useBackend(backend)
}
