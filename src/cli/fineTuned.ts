import { InputError } from '../core/errors.ts'
import { checkModelFolder } from '../core/model/folder.ts'
import { layout } from '../core/runs/store.ts'
import { type FoundRun, findRun } from './findRun.ts'

/**
 * A run whose model can be used.
 * @throws InputError where the run is not finished or does not exist
 */
export const findFineTuned = (
  wanted: string,
  from: string,
): FoundRun & { readonly model: string } => {
  const run = findRun(wanted, from)
  const model = layout.model(run.dir)
  const { id, state } = run.record
  if (state !== 'done') {
    throw new InputError(
      `Run ${id} is ${state} and has no model yet; "headway resume ${id}" finishes it.`,
    )
  }
  checkModelFolder(model)
  return { ...run, model }
}
