import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { registerWasmKernels } from './wasmKernels.ts'

let registered = false

/** @param wasmDir folder of tfjs-backend-wasm's `.wasm` files */
export const registerWasm = (wasmDir: string): void => {
  if (registered) return
  registered = true
  setWasmPaths(wasmDir.endsWith('/') ? wasmDir : `${wasmDir}/`)
  registerWasmKernels()
}
