import path from 'node:path'
import { backends } from '../core/experiment/schema.ts'
import type { PredictorOptions } from '../engine/loadedModel.ts'
import { locateTensorflow, tensorflowEnvironment } from '../runtime/tensorflow.ts'
import { choiceFlag, numberFlag } from './flags.ts'
import { chooseMachine } from './machine.ts'
import { programDir } from './program.ts'

/** What a predictor computes on, from `--backend`, `--precision` and `--max-length`. */
export const predictorOptions = (
  command: string,
  flags: {
    readonly backend?: string | undefined
    readonly precision?: string | undefined
    readonly maxLength?: string | undefined
  },
): PredictorOptions => {
  const backend = choiceFlag(command, 'backend', flags.backend, backends)
  const precision = choiceFlag(command, 'precision', flags.precision, ['fp32', 'bf16'] as const)
  const maxLength = numberFlag(command, 'max-length', flags.maxLength)
  const tensorflow = locateTensorflow()
  // TensorFlow reads it when its library is loaded, which comes later.
  if (tensorflow) Object.assign(process.env, tensorflowEnvironment(tensorflow))
  return {
    backend: chooseMachine({ backend }).backend,
    files: { binding: tensorflow?.binding, wasmDir: path.join(programDir, 'wasm') },
    ...(precision === undefined ? {} : { precision }),
    ...(maxLength === undefined ? {} : { maxLength }),
  }
}
