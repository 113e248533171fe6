import { driverProblem, type Gpu } from '../../runtime/gpu.ts'
import { formatBytes } from '../../runtime/progress.ts'
import { tensorflowWheels } from '../../runtime/wheel.ts'

/** A TensorFlow that could be installed. */
export interface Build {
  readonly label: string
  readonly detail: string
  readonly gpu: boolean
}

/**
 * What there is to choose from: TensorFlow with CUDA where a GPU of NVIDIA's is found and there is such a
 * build for this platform, first unless its driver is too old; and the one for the processor.
 */
export const buildChoices = (
  gpus: readonly Gpu[],
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
): Build[] => {
  const size = (gpu: boolean) =>
    (tensorflowWheels(platform, arch, gpu) ?? []).reduce((sum, wheel) => sum + wheel.size, 0)
  const processor: Build = {
    label: '$(server) TensorFlow for the processor',
    detail: `${formatBytes(size(false))} to fetch`,
    gpu: false,
  }
  const [first] = gpus
  if (!first || size(true) === 0) return [processor]
  const problem = driverProblem(gpus)
  const cuda: Build = {
    label: `$(zap) TensorFlow with CUDA, for ${first.name}`,
    detail: [`${formatBytes(size(true))} to fetch`, problem].filter(Boolean).join('. '),
    gpu: true,
  }
  return problem ? [processor, cuda] : [cuda, processor]
}
