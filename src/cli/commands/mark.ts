import { InputError } from '../../core/errors.ts'
import type { MarkChange } from '../../core/runs/marks.ts'
import { updateMark } from '../../core/runs/marksFile.ts'
import { findTarget, requiredTarget } from '../findTarget.ts'
import { parseFlags } from '../flags.ts'
import { userDir } from '../program.ts'

/** `headway star|archive|hide RUN|SWEEP [--off]` */
export const starCommand = (args: readonly string[]): Promise<number> => flag('star', 'star', args)
export const archiveCommand = (args: readonly string[]): Promise<number> =>
  flag('archive', 'archived', args)
export const hideCommand = (args: readonly string[]): Promise<number> =>
  flag('hide', 'hidden', args)

/** `headway note|rename RUN|SWEEP TEXT`; an empty text takes it away. */
export const noteCommand = (args: readonly string[]): Promise<number> => text('note', 'note', args)
export const renameCommand = (args: readonly string[]): Promise<number> =>
  text('rename', 'name', args)

const flag = async (
  command: string,
  mark: 'star' | 'archived' | 'hidden',
  args: readonly string[],
): Promise<number> => {
  const { values, positionals } = parseFlags(command, args, { off: 'boolean' } as const, 1)
  return change(command, positionals[0], { [mark]: values.off !== true })
}

const text = async (
  command: string,
  mark: 'note' | 'name',
  args: readonly string[],
): Promise<number> => {
  const { positionals } = parseFlags(command, args, {} as const, 2)
  const [wanted, given] = positionals
  if (given === undefined) {
    throw new InputError(`headway ${command}: give the text after the run or sweep, in quotes.`)
  }
  return change(command, wanted, { [mark]: given })
}

const change = (command: string, wanted: string | undefined, mark: MarkChange): number => {
  const target = findTarget(requiredTarget(command, wanted), userDir())
  if (target.sweepDir === undefined) {
    throw new InputError(`${target.dir} is a run in a folder of its own: it cannot be marked.`)
  }
  updateMark(target.sweepDir, target.run, mark)
  return 0
}
