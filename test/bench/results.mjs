import { loadBundled } from '../support/bundle.mjs'

try {
  const { root, load } = await loadBundled(['bench/results.ts'])
  await load('results.ts').results(root, process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
