import { build } from 'esbuild'
import { expect, it } from 'vitest'
import { programOptions, programs } from '../../scripts/build.mjs'

it('activation reads one small file, which copies neither VS Code’s API nor names of functions', async () => {
  const program = programs.find(({ entry }) => entry === 'src/host/extension.ts')
  if (!program) throw new Error('the extension is not among the programs of scripts/build.mjs')
  const { outputFiles } = await build({ ...programOptions(program, false), write: false })
  const script = outputFiles.find(({ path }) => path.endsWith('.js'))?.text ?? ''
  expect(script).toContain('require("vscode")')
  expect(script).not.toMatch(/__toESM\(require\("vscode"\)/)
  expect(script).not.toContain('__name(')
  expect(script.length).toBeLessThan(200_000)
})
