import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { layout } from '../../core/runs/store.ts'

/** Where a trainer that may lose its claim leaves the fine-tuned model until it knows that it has not. */
export const attemptModel = (runDir: string, attempt: number): string =>
  path.join(layout.attempt(runDir, attempt), 'model')

/**
 * Puts an attempt's model in the run's place, where there is one. May be called twice, also at the
 * same time, by those who find it not done.
 */
export const placeModel = (runDir: string, attempt: number): void => {
  const from = attemptModel(runDir, attempt)
  if (!fs.existsSync(from)) return
  const to = layout.model(runDir)
  const aside = `${to}.${randomUUID()}.tmp`
  const replaces = rename(to, aside)
  // Another one may have placed it in between: then what was put aside is the model.
  if (!rename(from, to) && replaces) rename(aside, to)
  fs.rmSync(aside, { recursive: true, force: true })
}

/** False where there is nothing to rename, or something in its way. */
const rename = (from: string, to: string): boolean => {
  try {
    fs.renameSync(from, to)
    return true
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(code)) return false
    throw error
  }
}
