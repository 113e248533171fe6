import type { RunConfig } from '../core/experiment/config.ts'
import { checkModelFolder } from '../core/model/folder.ts'
import {
  estimateTime,
  speedOfRuns,
  type TimeEstimate,
  type TrainingSpeed,
  typicalLength,
} from '../core/preflight/estimate.ts'
import type { Preflight } from '../core/preflight/preflight.ts'
import { listSweepDirs, readRun } from '../core/runs/store.ts'
import { benchInProcess } from './benchProcess.ts'
import { nearestStore, runDirsOf } from './findRun.ts'

const measuredSteps = 2

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
  const { gflopsPerSecond } = await benchInProcess({
    ...{ source: { folder }, backend, precision, batchSize, length },
    steps: measuredSteps,
  })
  return { flopsPerSecond: gflopsPerSecond * 1e9, from: 'measured' }
}
