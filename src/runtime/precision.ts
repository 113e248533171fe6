import type { RunConfig } from '../core/experiment/config.ts'
import type { Precision } from '../core/experiment/schema.ts'
import { gpusHaveBf16, listGpus } from './gpu.ts'
import { hasBf16 } from './processor.ts'
import type { TensorflowLocation } from './tensorflow.ts'

/**
 * What `auto` becomes: bf16 where the products run on something that multiplies it in hardware.
 *
 * @param tensorflow what runs them; undefined for wasm
 */
export const choosePrecision = (
  wanted: Precision,
  tensorflow: TensorflowLocation | undefined,
): RunConfig['precision'] => {
  if (wanted !== 'auto') return wanted
  if (!tensorflow) return 'fp32'
  const gpus = tensorflow.gpu ? listGpus() : []
  return (gpus.length > 0 ? gpusHaveBf16(gpus) : hasBf16()) ? 'bf16' : 'fp32'
}
