import path from 'node:path'
import { runTrainer } from './runTrainer.ts'

// The engine is loaded with the first run, so that the process announces itself before TensorFlow.
const loadEngine = async () => {
  const { installedEngine } = await import('./engine.ts')
  return installedEngine(__dirname)
}

runTrainer(process.argv.slice(2), path.join(__dirname, 'trainerIo.js'), loadEngine).then(
  // TensorFlow's threads would keep the process.
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(1)
  },
)
