import { loadBundled } from './bundle.mjs'

try {
  const { root, program } = await loadBundled(['results'])
  program.results(root, process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
