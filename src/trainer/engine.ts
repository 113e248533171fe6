import path from 'node:path'
import { InputError } from '../core/errors.ts'
import { EngineCache } from '../engine/engineCache.ts'
import { scoreTest } from '../engine/scoreTest.ts'
import { trainRun } from '../engine/trainingLoop.ts'
import { listGpus } from '../runtime/gpu.ts'
import { resolveModel } from '../runtime/models.ts'
import { locateTensorflow } from '../runtime/tensorflow.ts'
import type { Engine } from './train.ts'

/** The engine, with what the runtime brought. `programDir` holds trainer.js and `wasm/`. */
export const installedEngine = (programDir: string): Engine => {
  const cache = new EngineCache()
  const tensorflow = locateTensorflow()
  return {
    trainRun: (job, hooks) => trainRun(job, hooks, cache),
    scoreTest(job) {
      // Its model takes the training's room.
      cache.dropModel()
      return scoreTest(job)
    },
    modelFolder(model, base) {
      const found = resolveModel(model, base)
      if (found) return found.folder
      throw new InputError(`The weights of ${model} are not on this machine: launch the run again.`)
    },
    backend: {
      binding: tensorflow?.binding,
      ...(tensorflow ? { tensorflow: tensorflow.version } : {}),
      gpuName: visibleGpu,
      wasmDir: path.join(programDir, 'wasm'),
    },
  }
}

/** With `--parallel` each trainer sees one of several. */
const visibleGpu = (): string | undefined => {
  const [visible = ''] = (process.env.CUDA_VISIBLE_DEVICES ?? '0').split(',')
  const gpus = listGpus()
  return (gpus[Number(visible)] ?? gpus[0])?.name
}
