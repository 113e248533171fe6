import fs from 'node:fs'
import path from 'node:path'

/**
 * The folder with what is packaged beside the bundles (`dist/`): found upwards from this file, which
 * is in `dist/` itself when bundled and in `src/` under a test. Undefined in a trainer's copy.
 */
export const distDir = (from: string = import.meta.dirname): string | undefined => {
  for (let folder = from; ; folder = path.dirname(folder)) {
    for (const candidate of [folder, path.join(folder, 'dist')])
      if (fs.existsSync(path.join(candidate, 'binding', 'binding', 'tfjs_binding.cc')))
        return candidate
    if (path.dirname(folder) === folder) return undefined
  }
}
