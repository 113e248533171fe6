import { loadBundled } from '../support/bundle.mjs'

try {
  const { root, load } = await loadBundled(['bench/sweeps.ts'])
  await load('sweeps.ts').sweeps(root, process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
