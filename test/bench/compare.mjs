import { loadBundled } from './bundle.mjs'

try {
  const { root, out, program } = await loadBundled(['compare', 'headwayWorker'])
  await program.compare(root, out, process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
