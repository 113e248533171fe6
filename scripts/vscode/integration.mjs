import fs from 'node:fs'
import { bundleHostTests, runHostTests } from './hostTests.mjs'

/** `node integration.mjs RESULTS [PATTERN]`: the tests inside the extension host, window by window. */
const [results, grep] = process.argv.slice(2)

await bundleHostTests()
const sum = { passed: 0, failed: 0, skipped: 0 }
for (const trust of [true, false]) {
  let counts
  try {
    counts = await runHostTests({ trust, grep })
  } catch (error) {
    console.error(error)
    counts = { passed: 0, failed: 1, skipped: 0 }
  }
  for (const key of Object.keys(sum)) sum[key] += counts[key]
  fs.writeFileSync(results, JSON.stringify(sum))
}
process.exitCode = sum.failed > 0 ? 1 : 0
