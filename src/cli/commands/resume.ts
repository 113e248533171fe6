import path from 'node:path'
import { InputError } from '../../core/errors.ts'
import { reopenRun } from '../../core/launch/place.ts'
import { findRun } from '../findRun.ts'
import { finishRun } from '../finishRun.ts'
import { parseFlags } from '../flags.ts'
import { findModelFolder } from '../machine.ts'
import { userDir } from '../program.ts'

/** `headway resume RUN`: goes on from the run's last checkpoint. */
export const resumeCommand = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseFlags(
    'resume',
    args,
    { run: 'string', json: 'boolean' } as const,
    1,
  )
  const wanted = positionals[0] ?? values.run
  if (wanted === undefined) throw new InputError('headway resume: name the run to go on with.')
  const { dir, record } = findRun(wanted, userDir())
  const done = record.state === 'done'
  if (!done) {
    await findModelFolder(record.config.model, path.resolve(dir, record.base))
    reopenRun(dir, record)
  }
  return finishRun({ dir, record }, !done, values.json === true)
}
