import { type LaunchOptions, launchRuns } from '../../src/runtime/launchTrainer.ts'

/** A process that launches, as the extension host does, and then lives on until it is killed. */
const options = JSON.parse(process.argv[2] ?? '{}') as LaunchOptions
launchRuns(options).then(
  (record) => process.stdout.write(`${JSON.stringify(record)}\n`),
  (error: unknown) => process.stdout.write(`${String(error)}\n`),
)
setInterval(() => {}, 1000)
