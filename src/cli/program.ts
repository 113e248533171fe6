import fs from 'node:fs'
import path from 'node:path'

/** `dist/`: where this program and the trainer lie side by side. */
export const programDir: string = import.meta.dirname

/** The version in `package.json` beside `dist/`. */
export const programVersion = (): string => {
  try {
    const file = path.join(programDir, '..', 'package.json')
    const { version } = JSON.parse(fs.readFileSync(file, 'utf8')) as { version?: unknown }
    return typeof version === 'string' ? version : 'unknown'
  } catch {
    return 'unknown'
  }
}

/** Where the user stands; `scripts/headway.mjs` starts this program there. */
export const userDir = (): string => process.cwd()
