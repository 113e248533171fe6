import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { cacheDir } from '../../src/runtime/cache.ts'
import { hasBf16 } from '../../src/runtime/processor.ts'
import { seatEnvironment } from '../../src/runtime/seats.ts'
import { engineFingerprint } from './fingerprint.ts'
import { pythonWithTorch } from './python.ts'
import { type ResultLine, resultsTable } from './resultsTable.ts'
import { withReport } from './section.ts'
import { type Task, tasksOf } from './tasks.ts'

/** Beyond this a run hangs: the longest takes half an hour on one core. */
const patienceMs = 180 * 60_000

const usage = `node test/bench/results.mjs [--data DIR --tasks a,b --seeds 1,2,3 --sides headway,pytorch
  --jobs N --table]

Fine-tunes each data set of DIR (../shared/data) with Headway and with PyTorch, the same recipe on
both sides, and writes docs/results.md. Goes on where it stopped; hours on two cores. --jobs N works
on N at once, which share the cores. --table only writes the table anew.
`

/** Every run there is no line for yet, a whole row of the table after the other; a line in docs/results.jsonl for each. */
export const results = async (root: string, args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: path.join(root, '../shared/data') },
      tasks: { type: 'string' },
      seeds: { type: 'string', default: '1,2,3' },
      sides: { type: 'string', default: 'headway,pytorch' },
      jobs: { type: 'string', default: '1' },
      table: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return
  }
  const wanted = values.tasks?.split(',')
  const tasks = tasksOf(values.data).filter(({ id }) => wanted?.includes(id) ?? true)
  const file = path.join(root, 'docs/results.jsonl')
  const done = readLines(file)
  const open = tasks
    .flatMap((task) => values.seeds.split(',').map((seed) => ({ task, seed: Number(seed) })))
    .flatMap((each) => (values.sides.split(',') as Side[]).map((side) => ({ ...each, side })))
    .filter((job) => !done.some((line) => isOf(line, job)))
  if (!values.table) await workOff(root, open, Number(values.jobs), file)
  const table = resultsTable(tasksOf(values.data), readLines(file))
  const page = path.join(root, 'docs/results.md')
  fs.writeFileSync(page, withReport(fs.readFileSync(page, 'utf8'), table, 'results.mjs'))
  process.stdout.write(table)
}

type Side = ResultLine['side']
type Outcome = Omit<ResultLine, 'task' | 'seed' | 'side'>

interface Job {
  readonly task: Task
  readonly seed: number
  readonly side: Side
}

/** One that fails is told and does not keep the others from being run. */
const workOff = async (
  root: string,
  open: readonly Job[],
  workers: number,
  file: string,
): Promise<void> => {
  const queue = [...open]
  const env = { ...process.env, ...seatEnvironment({ seat: 0, seats: workers }) }
  const work = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const { task, seed, side } = job
      const what = `${task.title}, seed ${seed}, ${side}`
      process.stderr.write(`${what} …\n`)
      try {
        const run = side === 'headway' ? runHeadway : runTorch
        const line = { task: task.id, seed, side, ...(await run(root, job, env)) }
        process.stderr.write(
          `${what}: ${JSON.stringify(line.metrics)}, ${Math.round(line.seconds ?? 0)} s\n`,
        )
        fs.appendFileSync(file, `${JSON.stringify(line)}\n`)
      } catch (error) {
        process.stderr.write(`${what}: ${(error as Error).message}\n`)
        process.exitCode = 1
      }
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
}

const starter = 'sentence-transformers--all-MiniLM-L6-v2'

const runTorch = async (root: string, { task, seed }: Job, env: Environment): Promise<Outcome> => {
  const python = pythonWithTorch(
    (line) => process.stderr.write(`${line}\n`),
    ['scikit-learn', 'scipy', 'seqeval'],
  )
  const model = path.join(cacheDir(), 'models', starter)
  const job = { ...task, seed, model, bf16: hasBf16() }
  const script = path.join(root, 'test/bench/torch_task.py')
  const { metrics, testMetrics, seconds } = await lastJson<Outcome & { readonly seconds: number }>(
    python,
    [script, JSON.stringify(job)],
    env,
  )
  return testMetrics ? { metrics, testMetrics, seconds } : { metrics, seconds }
}

const runHeadway = async (
  root: string,
  { task, seed }: Job,
  env: Environment,
): Promise<Outcome> => {
  const out = path.join(cacheDir(), 'bench', 'results', `${task.id}-${seed}`)
  const cli = path.join(root, 'dist/cli.js')
  const columns = Object.entries(task.columns ?? {}).flatMap(([role, column]) => {
    const flag = { text: '--text-column', pair: '--text-pair-column', label: '--label-column' }[
      role
    ]
    return flag === undefined ? [] : [flag, String(column)]
  })
  const number = (flag: string, value: number | undefined) =>
    value === undefined ? [] : [flag, String(value)]
  const command = [
    ...[cli, 'train', '--json', '--head', task.head, '--out', out, '--skip-bad-rows'],
    ...['--train', task.train, '--dev', task.dev, ...columns],
    ...number('--lr', task.learningRate),
    ...number('--batch-size', task.batchSize),
    ...number('--epochs', task.epochs),
    ...number('--max-length', task.maxLength),
    ...number('--stride', task.stride),
    ...number('--seed', seed),
    ...(task.regression ? ['--regression'] : []),
  ]
  const trained = await lastJson<Trained>(process.execPath, command, env)
  const { seconds } = trained
  const own = { metrics: scoresOf(trained.metrics), seconds, engine: engineFingerprint(root) }
  if (task.test === undefined) return own
  const scoring = [cli, 'evaluate', '--json', '--run', out, '--data', task.test]
  const tested = await lastJson<Trained>(process.execPath, scoring, env)
  return { ...own, testMetrics: scoresOf(tested.metrics) }
}

interface Trained {
  readonly metrics: Readonly<Record<string, unknown>>
  readonly seconds: number
}

type Environment = Readonly<Record<string, string | undefined>>

const scoresOf = (metrics: Readonly<Record<string, unknown>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(metrics).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  )

/** The object on the last line of a program's output. */
const lastJson = async <T>(
  command: string,
  args: readonly string[],
  env: Environment,
): Promise<T> => {
  const child = spawn(command, args, {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: patienceMs,
  })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  const status = await new Promise((resolve) => child.once('close', resolve))
  const last = stdout.trim().split('\n').at(-1) ?? ''
  if (status !== 0) throw new Error(`${args.slice(0, 2).join(' ')} failed: ${last}`)
  return JSON.parse(last) as T
}

const readLines = (file: string): ResultLine[] =>
  fs.existsSync(file)
    ? fs
        .readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ResultLine)
    : []

/** A figure taken from elsewhere does not stand for a run, nor one without the test set's score. */
const isOf = (line: ResultLine, { task, seed, side }: Job): boolean =>
  line.task === task.id &&
  line.seed === seed &&
  line.side === side &&
  line.source === undefined &&
  (task.test === undefined || line.testMetrics !== undefined)
