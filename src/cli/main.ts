import { InputError, messageOf } from '../core/errors.ts'
import { nearest } from '../core/experiment/nearest.ts'
import { helpText } from './help.ts'
import { programVersion } from './program.ts'

/** Takes the arguments after the command's name; gives the exit code (DESIGN §9). */
type Command = (args: readonly string[]) => Promise<number>

/** Loaded when they are called: `headway help` needs neither engine nor runtime. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  setup: async () => (await import('./commands/setup.ts')).setupCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  train: async () => (await import('./commands/train.ts')).trainCommand,
  resume: async () => (await import('./commands/resume.ts')).resumeCommand,
  sweep: async () => (await import('./commands/sweep.ts')).sweepCommand,
  retry: async () => (await import('./commands/resume.ts')).resumeCommand,
  runs: async () => (await import('./commands/runs.ts')).runsCommand,
  stop: async () => (await import('./commands/control.ts')).stopCommand,
  cancel: async () => (await import('./commands/control.ts')).stopCommand,
  pause: async () => (await import('./commands/control.ts')).pauseCommand,
  first: async () => (await import('./commands/control.ts')).firstCommand,
  star: async () => (await import('./commands/mark.ts')).starCommand,
  archive: async () => (await import('./commands/mark.ts')).archiveCommand,
  hide: async () => (await import('./commands/mark.ts')).hideCommand,
  note: async () => (await import('./commands/mark.ts')).noteCommand,
  rename: async () => (await import('./commands/mark.ts')).renameCommand,
  delete: async () => (await import('./commands/delete.ts')).deleteCommand,
  restore: async () => (await import('./commands/delete.ts')).restoreCommand,
  evaluate: async () => (await import('./commands/evaluate.ts')).evaluateCommand,
  score: async () => (await import('./commands/score.ts')).scoreCommand,
  predict: async () => (await import('./commands/predict.ts')).predictCommand,
  embed: async () => (await import('./commands/embed.ts')).embedCommand,
  tokenize: async () => (await import('./commands/tokenize.ts')).tokenizeCommand,
  export: async () => (await import('./commands/export.ts')).exportCommand,
  data: async () => (await import('./commands/data.ts')).dataCommand,
  bench: async () => (await import('./commands/bench.ts')).benchCommand,
}

/** Those that load TensorFlow's library into the process of the command. */
const inProcess: ReadonlySet<string> = new Set(['predict', 'evaluate', 'embed'])

const run = async (args: readonly string[]): Promise<number> => {
  const [name, ...rest] = args
  if (name === '--version' || name === '-v' || name === 'version') {
    process.stdout.write(`${programVersion()}\n`)
    return 0
  }
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const [command] = rest
    if (command?.startsWith('-') === false && !Object.hasOwn(commands, command))
      throw unknownCommand(command)
    process.stdout.write(helpText(rest[0]))
    return name === undefined ? 2 : 0
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(helpText(name))
    return 0
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!load) throw unknownCommand(name)
  const quiet = inProcess.has(name) && !/\bwasm\b/.test(rest.join(' '))
  const code = quiet
    ? await (await import('../runtime/quietTensorflow.ts')).runQuietly()
    : undefined
  return code ?? (await load())(rest)
}

const unknownCommand = (name: string): InputError => {
  const known = Object.keys(commands)
  const near = nearest(name, known)
  return new InputError(
    `headway has no command ${JSON.stringify(name.slice(0, 60))}; ${near ? `did you mean "${near}"?` : `it has ${known.join(', ')}.`}`,
  )
}

const report = (error: unknown): number => {
  const isInput = error instanceof InputError
  // Programs read the last line of stdout, also where there is no run to speak of.
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ error: messageOf(error) })}\n`)
  }
  process.stderr.write(`${isInput ? '' : 'Headway failed: '}${messageOf(error)}\n`)
  if (!isInput && process.env.HEADWAY_DEBUG && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`)
  }
  return isInput ? 2 : 1
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of a pipe may leave early (`| head`): that is no failure of the work.
    if (error.code !== 'EPIPE') process.exitCode = 1
  })
}

run(process.argv.slice(2))
  .catch(report)
  .then((code) => {
    process.exitCode = code === 0 ? (process.exitCode ?? 0) : code
  })
