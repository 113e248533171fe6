import fs from 'node:fs'
import os from 'node:os'

/** One of several trainers that share a machine. */
export interface Seat {
  readonly seat: number
  readonly seats: number
}

/**
 * A device for each: graphics processors in turn, where there are any; the processor's cores are
 * shared out evenly. (With other numbers of threads sums are added in another order: results are then
 * the same up to rounding, not bit for bit.)
 */
export const seatEnvironment = (
  { seat, seats }: Seat,
  gpus = gpuCount(),
  cores = os.availableParallelism(),
): Record<string, string> => {
  const threads = String(Math.max(1, Math.floor(cores / seats)))
  return {
    TF_NUM_INTRAOP_THREADS: threads,
    TF_NUM_INTEROP_THREADS: threads,
    OMP_NUM_THREADS: threads,
    ...(gpus > 0 ? { CUDA_VISIBLE_DEVICES: String(seat % gpus) } : {}),
  }
}

/** As NVIDIA's driver lists them on Linux. */
const gpuCount = (): number => {
  try {
    return fs.readdirSync('/proc/driver/nvidia/gpus').length
  } catch {
    return 0
  }
}
