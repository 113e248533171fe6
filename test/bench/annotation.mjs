import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { bundleHostTests, runHostTests } from '../../scripts/vscode/hostTests.mjs'
import { loadBundled } from '../support/bundle.mjs'

/**
 * How fast the editor's annotation is on this machine, beneath the editor and in it:
 * `node --expose-gc test/bench/annotation.mjs MODEL_FOLDER`; the text is the NER sample's.
 */
/** Tells the lines on screen that have something drawn in them, whenever they change; costs the window little. */
const watchDrawing = async (page, tell) => {
  await page.exposeFunction('headwayDrawn', tell)
  await page.addInitScript(() => {
    if (window.top !== window) return
    let before = ''
    const look = () => {
      const lines = [...document.querySelectorAll('.view-lines .view-line')]
        .filter((line) => line.querySelector('[class*="ced-"]'))
        .map((line) => line.textContent.replaceAll('\u00a0', ' '))
      const now = lines.join('\n')
      if (now !== before) window.headwayDrawn(lines)
      before = now
    }
    // At each change of the page only: a look a frame would take the processor from what is measured.
    new MutationObserver(look).observe(document, { childList: true, subtree: true })
  })
}

const inHost = async (scenario) => {
  await bundleHostTests('test/bench/annotationInHost.ts')
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-bench-'))
  const file = path.join(folder, 'scenario.json')
  fs.writeFileSync(file, JSON.stringify(scenario))
  const drawn = []
  try {
    const more = { HEADWAY_BENCH_ANNOTATION: file }
    const onPage = (page) => watchDrawing(page, (lines) => drawn.push({ at: Date.now(), lines }))
    const measured = await runHostTests({ trust: true, print: () => {}, more, onPage })
    return { ...measured, drawn }
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
