import fs from 'node:fs'
import path from 'node:path'

export const repository = path.resolve(import.meta.dirname, '../..')

export interface Source {
  /** From the repository's root, with forward slashes. */
  readonly file: string
  readonly text: string
}

/** All TypeScript below a folder of the repository; none where the folder is not there yet. */
export const sourcesIn = (folder: string): Source[] => {
  const root = path.join(repository, folder)
  if (!fs.existsSync(root)) return []
  return fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mts|tsx)$/.test(name))
    .map((name) => path.join(root, name))
    .map((file) => ({
      file: path.relative(repository, file).split(path.sep).join('/'),
      text: fs.readFileSync(file, 'utf8'),
    }))
}

const patterns = [
  /^\s*(?:import|export)\s[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  /^\s*import\s*['"]([^'"]+)['"]/gm,
  /\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/g,
]

export interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
}

/** What a file imports: `import`, `export … from`, `import()` and `require()`. */
export const importsOf = (text: string): Import[] =>
  patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({
      specifier: match[1] ?? '',
      typeOnly: /^\s*(import|export)\s+type\b/.test(match[0]),
    })),
  )

/** A relative import as a path from the repository's root; anything else as it stands. */
export const resolveImport = (from: string, specifier: string): string =>
  specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier) : specifier
