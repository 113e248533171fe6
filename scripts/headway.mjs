import { bootstrap, runCli } from './bootstrap.mjs'

const args = process.argv.slice(2)
// npm runs scripts in the package's folder and says in INIT_CWD where the user stands. Under another
// script (a test) it speaks of that one's start.
const { npm_lifecycle_event: script, INIT_CWD: initial } = process.env
const cwd = script === 'headway' && initial ? initial : process.cwd()

try {
  // `setup` and `doctor` are about the runtime: they must not bring it before they start.
  await bootstrap({ runtime: args[0] !== 'setup' && args[0] !== 'doctor' })
  process.exitCode = await runCli(args, cwd)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
