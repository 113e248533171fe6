import path from 'node:path'
import type { BackendFiles } from '../../src/engine/backends/startBackend.ts'
import { resolveModel, starterModel } from '../../src/runtime/models.ts'
import { locateTensorflow } from '../../src/runtime/tensorflow.ts'

const root = path.join(import.meta.dirname, '../..')

/** What `npm test` installed. @throws where it is missing: a test that skips here would say nothing */
export const backendFiles = (): BackendFiles => {
  const found = locateTensorflow()
  if (!found) throw new Error('The runtime is not installed; npm test installs it.')
  return {
    binding: found.binding,
    wasmDir: path.join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist'),
  }
}

export const starterFolder = (): string => {
  const found = resolveModel(starterModel, root)
  if (!found) throw new Error('The starter model is not installed; npm test installs it.')
  return found.folder
}

export const fixture = (...parts: string[]): string => path.join(root, 'test/fixtures', ...parts)
