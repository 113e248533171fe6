import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../core/errors.ts'
import { checkModelFolder } from '../core/model/folder.ts'
import type { RunRecord } from '../core/runs/records.ts'
import { layout } from '../core/runs/store.ts'
import { findRun } from './findRun.ts'

export interface FineTuned {
  /** Folder of the fine-tuned model. */
  readonly model: string
  /** The run it is of; undefined for a model that comes from elsewhere. */
  readonly record: RunRecord | undefined
  /** The run's id, or the model's folder. */
  readonly name: string
}

/**
 * A fine-tuned model that can be used: a run's, or a folder in Hugging Face's layout.
 * @throws InputError where the run is not finished or does not exist
 */
export const findFineTuned = (wanted: string, from: string): FineTuned => {
  const folder = path.resolve(from, wanted)
  const isRun = fs.existsSync(layout.runRecord(folder))
  if (!isRun && fs.existsSync(path.join(folder, 'config.json'))) {
    checkModelFolder(folder)
    return { model: folder, record: undefined, name: folder }
  }
  const { dir, record } = findRun(wanted, from)
  const { id, state } = record
  if (state !== 'done') {
    throw new InputError(
      `Run ${id} is ${state} and has no model yet; "headway resume ${id}" finishes it.`,
    )
  }
  const model = layout.model(dir)
  if (!fs.existsSync(model)) {
    throw new InputError(
      `The weights of run ${id} were not kept (${model} is gone); "headway resume ${id}" trains it again and keeps them.`,
    )
  }
  checkModelFolder(model)
  return { model, record, name: id }
}
