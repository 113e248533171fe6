import type { RunConfig } from '../core/experiment/config.ts'
import { checkModelFolder, type ModelFolder } from '../core/model/folder.ts'
import {
  estimateTime,
  speedOfRuns,
  type TimeEstimate,
  type TrainingSpeed,
  typicalLength,
} from '../core/preflight/estimate.ts'
import { type MachineReport, memoryNeeded } from '../core/preflight/machine.ts'
import type { Preflight } from '../core/preflight/preflight.ts'
import { listSweepDirs, readRun } from '../core/runs/store.ts'
import { freeMemory } from '../engine/microBatching.ts'
import { speedInProcess } from './benchProcess.ts'
import { nearestStore, runDirsOf } from './findRun.ts'

/** What one run and the paper's grid take here: from an earlier run, else measured in some seconds. */
export const estimateHere = async (
  preflight: Preflight,
  config: RunConfig,
  modelFolder: string,
  base: string,
): Promise<TimeEstimate> => {
  const shape = checkModelFolder(modelFolder).config
  const wanted = { ...config, train: config.data.train }
  const speed =
    speedOfRuns(finishedRuns(base), wanted, preflight, shape) ??
    (await measure(preflight, config, modelFolder))
  return estimateTime(preflight, shape, speed, {
    epochs: config.epochs,
    devSplit: config.data.devSplit,
  })
}

/**
 * Backend, precision and memory of these runs, here and now.
 *
 * @param configs at least one; all with one backend and precision
 */
export const machineReport = (
  preflight: Preflight,
  configs: readonly [RunConfig, ...RunConfig[]],
  { config, names, weights }: ModelFolder,
): MachineReport => {
  const [{ backend, precision }] = configs
  const parameters = [...names.values()]
    .map((name) => (weights.tensors.get(name)?.shape ?? []).reduce((a, b) => a * b, 1))
    .reduce((a, b) => a + b, 0)
  const memory =
    backend === 'tensorflow'
      ? memoryNeeded(preflight, { config, parameters }, configs, freeMemory())
      : null
  return { backend, precision, memory }
}

const finishedRuns = (base: string) => {
  const store = nearestStore(base)
  return (store === undefined ? [] : listSweepDirs(store)).flatMap(runDirsOf).flatMap((dir) => {
    try {
      return [readRun(dir)]
    } catch {
      return []
    }
  })
}

const measure = async (
  preflight: Preflight,
  { backend, precision, batchSize }: RunConfig,
  folder: string,
): Promise<TrainingSpeed> => {
  process.stderr.write('Measuring a training step …\n')
  const length = typicalLength(preflight)
  const source = { folder }
  const flopsPerSecond = await speedInProcess({ source, backend, precision, batchSize, length })
  return { flopsPerSecond, from: 'measured' }
}
