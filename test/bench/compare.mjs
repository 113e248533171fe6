import { loadBundled } from '../support/bundle.mjs'

try {
  const { root, out, load } = await loadBundled(['bench/compare.ts', 'bench/headwayWorker.ts'])
  await load('compare.ts').compare(root, out, process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
