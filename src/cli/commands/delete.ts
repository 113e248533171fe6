import path from 'node:path'
import { InputError } from '../../core/errors.ts'
import { deleteToTrash, emptyTrash, listTrash, undoDelete } from '../../core/runs/trash.ts'
import { runsAtWork } from '../../runtime/runsAtWork.ts'
import { nearestStore } from '../findRun.ts'
import { findTarget, isOpen, requiredTarget } from '../findTarget.ts'
import { parseFlags } from '../flags.ts'
import { userDir } from '../program.ts'

/** `headway delete RUN|SWEEP`: into `.headway/trash`, where it stays for seven days. */
export const deleteCommand = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseFlags('delete', args, { json: 'boolean' } as const, 1)
  const target = findTarget(requiredTarget('delete', positionals[0]), userDir())
  if (target.sweepDir === undefined) {
    throw new InputError(`${target.dir} is a run in a folder of its own: delete that folder.`)
  }
  const open = target.runs.map(({ record }) => record).filter(isOpen)
  const atWork = await runsAtWork(target.sweepDir, open)
  const busy = open.find(({ id }) => atWork.has(id))
  if (busy) {
    throw new InputError(
      `Run ${busy.id} is ${busy.state}; "headway stop ${path.basename(target.dir)}" first.`,
    )
  }
  emptyTrash(target.store)
  const { id, expires } = deleteToTrash(target.store, target.dir)
  const until = new Date(expires).toISOString().slice(0, 10)
  if (values.json) process.stdout.write(`${JSON.stringify({ deleted: target.dir, id })}\n`)
  else process.stdout.write(`Deleted; until ${until} "headway restore ${id}" brings it back.\n`)
  return 0
}

/** `headway restore [ID]`: what was deleted last, or what `headway delete` named so. */
export const restoreCommand = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseFlags('restore', args, { json: 'boolean' } as const, 1)
  const store = nearestStore(userDir())
  const trash = store === undefined ? [] : listTrash(store)
  const id = positionals[0] ?? trash[0]?.id
  if (store === undefined || id === undefined) throw new InputError('There is nothing to restore.')
  const dir = undoDelete(store, id)
  if (values.json) process.stdout.write(`${JSON.stringify({ restored: dir })}\n`)
  else process.stdout.write(`${dir} is back.\n`)
  return 0
}
