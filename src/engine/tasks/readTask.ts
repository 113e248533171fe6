import { InputError } from '../../core/errors.ts'
import type { RunConfig } from '../../core/experiment/config.ts'
import type { ModelFolder } from '../../core/model/folder.ts'
import type { Task } from './task.ts'
import { readTextTask } from './textTask.ts'

export interface TaskSource {
  readonly config: RunConfig
  /** Label order of the head's outputs; empty for scores and answers. */
  readonly labels: readonly string[]
  /** The folder that the data paths in `config` are relative to. */
  readonly base: string
  readonly folder: ModelFolder
}

/**
 * Reads a run's data into word pieces, as its head wants them.
 * @throws InputError where the data are not what they were at launch
 */
export const readTask = (source: TaskSource): Promise<Task> => {
  const { head } = source.config
  switch (head) {
    case 'sentence':
    case 'pair':
      return readTextTask(source, head)
    case 'token':
    case 'qa':
      throw new InputError(`The head "${head}" cannot be trained by this version yet.`)
    default:
      return head satisfies never
  }
}
