import path from 'node:path'
import type { SplitRole } from '../core/data/hubFiles.ts'
import { InputError } from '../core/errors.ts'
import type { Backend, DataFiles, Precision } from '../core/experiment/schema.ts'
import type { Machine } from '../core/launch/chooseSweep.ts'
import { installProgress } from '../runtime/installProgress.ts'
import { type LocalData, localData, localFile } from '../runtime/localData.ts'
import { installModel, resolveModel } from '../runtime/models.ts'
import { choosePrecision } from '../runtime/precision.ts'
import { locateTensorflow } from '../runtime/tensorflow.ts'
import { programVersion, userDir } from './program.ts'

/** @throws InputError where TensorFlow is asked for and not installed */
export const chooseMachine = (wanted: {
  readonly backend?: Backend | undefined
  readonly precision?: Precision | undefined
}): Machine => {
  const tensorflow = locateTensorflow()
  const { backend: wantedBackend = 'auto', precision: wantedPrecision = 'auto' } = wanted
  if (wantedBackend === 'tensorflow' && !tensorflow) {
    throw new InputError(
      'The tensorflow backend is not installed; run "headway setup", or choose --backend wasm.',
    )
  }
  const backend = wantedBackend === 'auto' ? (tensorflow ? 'tensorflow' : 'wasm') : wantedBackend
  return {
    backend,
    precision: choosePrecision(wantedPrecision, backend === 'tensorflow' ? tensorflow : undefined),
    versions: {
      headway: programVersion(),
      ...(backend === 'tensorflow' && tensorflow ? { tensorflow: tensorflow.version } : {}),
    },
  }
}

/** A model's folder, fetched into the cache where it is not there. */
export const findModelFolder = async (model: string, base: string): Promise<string> => {
  const there = resolveModel(model, base)
  if (there) return there.folder
  const progress = installProgress()
  try {
    return (await installModel(model, progress.report)).folder
  } finally {
    progress.end()
  }
}

/** Files on this machine that stand for an experiment's data of the Hub, and its Parquet files. */
export const findLocalData = async (
  data: Pick<DataFiles, 'train' | 'dev' | 'test'>,
  base: string,
): Promise<LocalData> => {
  const progress = installProgress()
  try {
    return await localData(data, base, progress.report)
  } finally {
    progress.end()
  }
}

/**
 * A data file that a command was given, as a path that the readers can read: a data set of the Hub is
 * fetched, Parquet converted.
 * @param role the split that is meant where a data set of the Hub is named without one
 */
export const findReadableFile = async (given: string, role: SplitRole): Promise<string> => {
  const progress = installProgress()
  try {
    const local = await localFile(given, role, userDir(), progress.report)
    return local ?? path.resolve(userDir(), given)
  } finally {
    progress.end()
  }
}
