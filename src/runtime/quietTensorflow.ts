import { spawn } from 'node:child_process'
import os from 'node:os'
import readline from 'node:readline'
import { locateTensorflow } from './tensorflow.ts'

/** Set in the process that loads the library. */
const marker = 'HEADWAY_STDERR_IS_SIFTED'

/** What TensorFlow says when all is well; warnings and errors (W, E, F) are passed on. */
const greetings = [
  /^WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR$/,
  /^I\d{4} \d\d:\d\d:\d+\.\d+ +\d+ \S+:\d+\] /,
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: I \S+:\d+\] /,
]

export const isGreeting = (line: string): boolean => greetings.some((each) => each.test(line))

/**
 * Runs this very program again and passes on what it writes to stderr, without TensorFlow's greetings.
 * The library writes them while it is loaded, and no setting silences them: its C interface never calls
 * `absl::InitializeLog`, before which absl writes everything. Whoever wants them sets
 * `TF_CPP_MIN_LOG_LEVEL=0`.
 * @returns the exit code; undefined where there is nothing to silence, or this is the other process
 */
export const runQuietly = async (): Promise<number | undefined> => {
  if (process.env[marker] !== undefined) {
    delete process.env[marker]
    return undefined
  }
  if (process.env.TF_CPP_MIN_LOG_LEVEL === '0' || !locateTensorflow()) return undefined
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'pipe'],
    env: { ...process.env, [marker]: '1' },
  })
  // Ctrl+C reaches both; the other one ends in its own way, and then this one.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  const lines = readline.createInterface({
    input: child.stderr,
    crlfDelay: Number.POSITIVE_INFINITY,
  })
  lines.on('line', (line) => {
    if (!isGreeting(line)) process.stderr.write(`${line}\n`)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve(code ?? 128 + os.constants.signals[signal ?? 'SIGKILL']),
    )
  })
}
