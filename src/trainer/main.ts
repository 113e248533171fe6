import path from 'node:path'
import { runTrainer } from './runTrainer.ts'

// The engine is loaded with the first run, so that the process announces itself before TensorFlow.
const loadEngine = async () => {
  const { installedEngine } = await import('./engine.ts')
  return installedEngine(__dirname)
}

const args = process.argv.slice(2)

const main = async (): Promise<number> => {
  const ioScript = path.join(__dirname, 'trainerIo.js')
  if (args[0] === 'claim') {
    const { runClaims } = await import('./claims/runClaims.ts')
    return runClaims(args.slice(1), ioScript, loadEngine)
  }
  if (args[0] !== 'serve') return runTrainer(args, ioScript, loadEngine)
  const { serve } = await import('./serve.ts')
  return serve(args.slice(1), __dirname)
}

main().then(
  // TensorFlow's threads would keep the process.
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(1)
  },
)
