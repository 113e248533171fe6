import { loadBundled } from '../support/bundle.mjs'

/** How fast the editor's annotation is on this machine: `node --expose-gc test/bench/annotation.mjs`. */
try {
  const { root, load } = await loadBundled(['bench/annotationLatency.ts'])
  await load('annotationLatency.ts').annotationLatency(root, process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
