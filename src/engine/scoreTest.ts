import path from 'node:path'
import { InputError } from '../core/errors.ts'
import type { Metrics } from '../core/metrics/metrics.ts'
import { checkModelFolder } from '../core/model/folder.ts'
import { loadFineTuned } from './loadedModel.ts'
import { readTask } from './tasks/readTask.ts'
import type { TrainingJob } from './trainingLoop.ts'

/** A finished run, to be scored once on data that nothing was chosen by. */
export interface TestJob extends Pick<TrainingJob, 'config' | 'labels' | 'base' | 'backend'> {
  /** The run's fine-tuned model. */
  readonly modelFolder: string
  /** The test data's file, absolute. */
  readonly test: string
}

/** @throws InputError where the test data cannot be read as the run's data were */
export const scoreTest = async (job: TestJob): Promise<Metrics> => {
  const { config, labels, base, test } = job
  const folder = checkModelFolder(job.modelFolder)
  if (config.data.dev !== undefined && path.resolve(base, config.data.dev) === test) {
    throw new InputError(`"data.test" is the dev data, ${test}: it says nothing new.`)
  }
  // Scored as the dev set was: the test data in its place, and not what were test data at its launch.
  const { test: _, ...others } = config.data
  const data = { ...others, dev: test }
  const task = await readTask({ config: { ...config, data }, labels, base, folder })
  const model = await loadFineTuned(job.modelFolder, {
    backend: config.backend,
    files: job.backend,
    precision: config.precision,
  })
  try {
    return task.evaluate(model).metrics
  } finally {
    model.dispose()
  }
}
