import fs from 'node:fs'
import Mocha from 'mocha'

/** VS Code calls this inside the extension host; it fails the window by rejecting. */
export const run = async (): Promise<void> => {
  const grep = process.env.HEADWAY_TEST_GREP
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, ...(grep ? { grep } : {}) })
  mocha.suite.emit('pre-require', globalThis, 'headway', mocha)
  if (process.env.HEADWAY_TEST_TRUST) {
    await import('./trusted.ts')
    await import('./annotation.ts')
    await import('./annotationFiles.ts')
    await import('./annotationFaults.ts')
    await import('./labelling.ts')
    await import('./otherHeads.ts')
    await import('./sidePanel.ts')
    await import('./sweepAtWork.ts')
  } else await import('./untrusted.ts')
  const counts = await new Promise<Record<string, number>>((resolve) => {
    const runner = mocha.run((failed) => {
      const stats = runner.stats
      resolve({ passed: stats?.passes ?? 0, failed, skipped: stats?.pending ?? 0 })
    })
  })
  const file = process.env.HEADWAY_TEST_RESULTS
  if (file) fs.writeFileSync(file, JSON.stringify(counts))
  if (counts.failed) throw new Error(`${counts.failed} failed`)
}
