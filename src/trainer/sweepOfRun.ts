import fs from 'node:fs'
import path from 'node:path'
import { layout } from '../core/runs/store.ts'

/** The sweep's folder above a run's; undefined for a run with a folder of its own (`--out`). */
export const sweepDirOf = (runDir: string): string | undefined => {
  const dir = path.dirname(path.dirname(runDir))
  return fs.existsSync(layout.sweepRecord(dir)) ? dir : undefined
}
