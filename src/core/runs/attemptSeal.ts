import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { layout } from './store.ts'

/** Who ended an attempt: its own trainer, or one that took the run over because that one was silent. */
export type SealedBy = 'owner' | 'successor'

/**
 * Ends an attempt for good, once. A run is claimed by an attempt's folder; that the claimant is still
 * the one who counts when it makes its result final must be decided with those who may have given it
 * up meanwhile. Both do it by this: of an owner that has finished and a successor that takes over, one
 * seals the attempt, and the other one learns that it came too late. A folder with a file in it is
 * renamed into place, which fails where a folder with something in it is there: also on shared file
 * systems, without locks that could outlive their holder.
 * @returns whether it was this call that sealed it
 * @throws where the attempt's folder is gone
 */
export const sealAttempt = (runDir: string, attempt: number, by: SealedBy): boolean => {
  const token = randomUUID()
  const seal = sealDir(runDir, attempt)
  const temporary = `${seal}.${token}.tmp`
  try {
    fs.mkdirSync(temporary)
    fs.writeFileSync(path.join(temporary, 'seal.json'), `${JSON.stringify({ by, token })}\n`)
    fs.renameSync(temporary, seal)
  } catch (error) {
    fs.rmSync(temporary, { recursive: true, force: true })
    // Over NFS a rename may be done and its answer lost: what lies there decides.
    if (readSeal(runDir, attempt) === undefined) throw error
  }
  return readSeal(runDir, attempt)?.token === token
}

/** Undefined while the attempt is open. */
export const sealOf = (runDir: string, attempt: number): SealedBy | undefined =>
  readSeal(runDir, attempt)?.by

const sealDir = (runDir: string, attempt: number): string =>
  path.join(layout.attempt(runDir, attempt), 'seal')

const readSeal = (
  runDir: string,
  attempt: number,
): { readonly by: SealedBy; readonly token: string } | undefined => {
  let text: string
  try {
    text = fs.readFileSync(path.join(sealDir(runDir, attempt), 'seal.json'), 'utf8')
  } catch {
    return undefined
  }
  const { by, token } = JSON.parse(text) as { by?: unknown; token?: unknown }
  return { by: by === 'owner' ? 'owner' : 'successor', token: String(token) }
}
