import type { RunConfig } from '../../core/experiment/config.ts'
import type { ModelFolder } from '../../core/model/folder.ts'
import { readQaTask } from './qaTask.ts'
import type { Task } from './task.ts'
import { readTextTask } from './textTask.ts'
import { readTokenTask } from './tokenTask.ts'

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
      return readTokenTask(source)
    case 'qa':
      return readQaTask(source)
    default:
      return head satisfies never
  }
}
