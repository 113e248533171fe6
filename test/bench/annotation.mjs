import { loadBundled } from './bundle.mjs'

/** How fast the editor's annotation is on this machine: `node --expose-gc test/bench/annotation.mjs`. */
try {
  const { root, program } = await loadBundled(['annotationLatency'])
  await program.annotationLatency(root, process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
