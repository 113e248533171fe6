import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { bundleHostTests, runHostTests } from '../../scripts/vscode/hostTests.mjs'
import { loadBundled } from '../support/bundle.mjs'

/**
 * How fast the editor's annotation is on this machine, beneath the editor and in it:
 * `node --expose-gc test/bench/annotation.mjs MODEL_FOLDER`; the text is the NER sample's.
 */
const inHost = async (scenario) => {
  await bundleHostTests('test/bench/annotationInHost.ts')
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-bench-'))
  const file = path.join(folder, 'scenario.json')
  fs.writeFileSync(file, JSON.stringify(scenario))
  try {
    const more = { HEADWAY_BENCH_ANNOTATION: file }
    return await runHostTests({ trust: true, print: () => {}, more })
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

try {
  const { root, load } = await loadBundled(['bench/annotationLatency.ts'])
  await load('annotationLatency.ts').annotationLatency(root, inHost, process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
