import { describe, expect, it } from 'vitest'
import { importsOf, resolveImport, type Source, sourcesIn } from '../support/sources.ts'

/** What each part may import of the others (DESIGN §4): the arrow points one way. */
const allowed: Record<string, readonly string[]> = {
  'src/core': [],
  'src/engine': ['src/core'],
  'src/runtime': ['src/core', 'src/engine'],
  'src/trainer': ['src/core', 'src/engine', 'src/runtime'],
  'src/cli': ['src/core', 'src/engine', 'src/runtime', 'src/trainer'],
  'src/host': ['src/core', 'src/runtime'],
  webview: ['src/core'],
}
const parts = Object.keys(allowed)

const isTest = (file: string): boolean => file.endsWith('.test.ts')
const shipped = parts.flatMap(sourcesIn).filter((source) => !isTest(source.file))
const partOf = (file: string): string | undefined =>
  parts.find((part) => file.startsWith(`${part}/`))

const wrongDirections = ({ file, text }: Source): string[] => {
  const part = partOf(file)
  if (part === undefined) return []
  return importsOf(text)
    .map(({ specifier }) => resolveImport(file, specifier))
    .filter((target) => {
      const other = partOf(target)
      return other !== undefined && other !== part && !allowed[part]?.includes(other)
    })
    .map((target) => `${file} imports ${target}`)
}

const importing = (part: string, forbidden: RegExp): string[] =>
  shipped
    .filter(({ file }) => partOf(file) === part)
    .flatMap(({ file, text }) =>
      importsOf(text)
        .filter(({ specifier }) => forbidden.test(specifier))
        .map(({ specifier }) => `${file} imports ${specifier}`),
    )

const tensorflow = /^@tensorflow\//
const vscode = /^vscode$/

describe('the direction of imports', () => {
  it('sees the sources that it judges', () => {
    expect(shipped.length).toBeGreaterThan(10)
    expect(importsOf("import { a } from './a.ts'\nimport 'b'\nvoid import('c')")).toEqual([
      { specifier: './a.ts', typeOnly: false },
      { specifier: 'b', typeOnly: false },
      { specifier: 'c', typeOnly: false },
    ])
    const wrong = { file: 'src/core/a.ts', text: "import type { B } from '../engine/b.ts'" }
    expect(wrongDirections(wrong)).toHaveLength(1)
  })

  it('points from the outer parts to the inner ones', () => {
    expect(shipped.flatMap(wrongDirections)).toEqual([])
  })

  it('keeps vscode in the host', () => {
    const others = parts.filter((part) => part !== 'src/host')
    expect(others.flatMap((part) => importing(part, vscode))).toEqual([])
  })

  it('keeps tensorflow out of core, host and webview', () => {
    const free = ['src/core', 'src/host', 'webview']
    expect(free.flatMap((part) => importing(part, tensorflow))).toEqual([])
  })

  it('gives the webview nothing that needs Node', () => {
    const byFile = new Map(shipped.map((source) => [source.file, source]))
    const seen = new Set<string>()
    const needsNode: string[] = []
    const visit = (file: string): void => {
      const source = byFile.get(file)
      if (source === undefined || seen.has(file)) return
      seen.add(file)
      for (const { specifier, typeOnly } of importsOf(source.text)) {
        if (typeOnly) continue
        if (specifier.startsWith('node:')) needsNode.push(`${file} imports ${specifier}`)
        visit(resolveImport(file, specifier))
      }
    }
    for (const { file } of shipped) if (partOf(file) === 'webview') visit(file)
    expect(needsNode).toEqual([])
  })
})

describe('every file', () => {
  const all = [...parts, 'test'].flatMap(sourcesIn)

  it('has at most 400 lines', () => {
    const long = all.filter(({ text }) => text.split('\n').length > 401).map(({ file }) => file)
    expect(long).toEqual([])
  })

  it('has no default export and no `any`', () => {
    const wrong = all.flatMap(({ file, text }) => [
      ...(/^export default\b/m.test(text) ? [`${file}: default export`] : []),
      ...(/(:|\bas|<)\s*any\b(?!\w)/m.test(withoutComments(text)) ? [`${file}: any`] : []),
    ])
    expect(wrong).toEqual([])
  })
})

const withoutComments = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(/(['"`])(?:\\.|(?!\1)[^\\])*\1/g, "''")
