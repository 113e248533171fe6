import fs from 'node:fs'
import { Value } from 'typebox/value'
import { InputError } from '../errors.ts'
import { writeJsonAtomic } from '../files/atomicFile.ts'
import { withFolderLock } from './folderLock.ts'
import { noMarks } from './markOf.ts'
import { changeMark, type MarkChange, type Marks, MarksSchema } from './marks.ts'
import { layout } from './store.ts'

/** A sweep's marks; none where the file is missing or damaged: they never stand in a list's way. */
export const readMarks = (sweepDir: string): Marks => parse(sweepDir) ?? noMarks

/**
 * Changes the mark of a run, or where `run` is left out of the sweep. Of two that do so at once,
 * neither loses the other's.
 * @throws InputError where `marks.json` is damaged (what is in it is not overwritten), or a text is
 * too long
 */
export const updateMark = (
  sweepDir: string,
  run: string | undefined,
  change: MarkChange,
): Marks => {
  const file = layout.marks(sweepDir)
  return withFolderLock(`${file}.lock`, () => {
    const marks = parse(sweepDir)
    if (!marks) throw new InputError(`${file} is damaged: mend it, or delete it.`)
    const changed = changeMark(marks, run, change)
    if (!Value.Check(MarksSchema, changed)) {
      throw new InputError('A name has at most 200 characters, a note 10,000.')
    }
    writeJsonAtomic(file, changed)
    return changed
  })
}

const parse = (sweepDir: string): Marks | undefined => {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(layout.marks(sweepDir), 'utf8'))
    return Value.Check(MarksSchema, value) ? value : undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? noMarks : undefined
  }
}
