import path from 'node:path'
import { loadBundled } from '../support/bundle.mjs'

// node test/acceptance/rawText.mjs MODEL FILE: entity F1 of a token model on the words of a CoNLL file
// as given, and on the same sentences as raw text.
try {
  const { load } = await loadBundled(['acceptance/rawText.ts', '../src/runtime/quietTensorflow.ts'])
  const { rawText } = load('rawText.ts')
  const code = await load('quietTensorflow.ts').runQuietly()
  if (code !== undefined) process.exitCode = code
  else {
    const result = await rawText(...process.argv.slice(2).map((each) => path.resolve(each)))
    process.stdout.write(`${JSON.stringify(result)}\n`)
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
