import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { cacheDir } from '../../src/runtime/cache.ts'
import { hasBf16 } from '../../src/runtime/processor.ts'
import { pythonWithTorch } from './python.ts'
import { type ResultLine, resultsTable } from './resultsTable.ts'
import { withReport } from './section.ts'
import { type Task, tasksOf } from './tasks.ts'

/** Beyond this a run hangs: the longest takes ten minutes on two cores. */
const patienceMs = 90 * 60_000

const usage = `node test/bench/results.mjs [--data DIR --tasks a,b --seeds 1,2,3 --sides headway,pytorch --table]

Fine-tunes each data set of DIR (../shared/data) with Headway and with PyTorch, the same recipe on
both sides, and writes docs/results.md. Goes on where it stopped; hours on two cores. --table only
writes the table anew.
`

/** Every run there is no line for yet, short ones first; a line in docs/results.jsonl for each. */
export const results = (root: string, args: readonly string[]): void => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: path.join(root, '../shared/data') },
      tasks: { type: 'string' },
      seeds: { type: 'string', default: '1,2,3' },
      sides: { type: 'string', default: 'headway,pytorch' },
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
  if (!values.table) {
    for (const seed of values.seeds.split(',').map(Number)) {
      for (const task of tasks) {
        for (const side of values.sides.split(',') as ResultLine['side'][]) {
          if (readLines(file).some((line) => isOf(line, task, seed, side))) continue
          process.stderr.write(`${task.title}, seed ${seed}, ${side} …\n`)
          const line = { task: task.id, seed, side, ...runSide(root, task, seed, side) }
          process.stderr.write(
            `  ${JSON.stringify(line.metrics)}, ${Math.round(line.seconds ?? 0)} s\n`,
          )
          fs.appendFileSync(file, `${JSON.stringify(line)}\n`)
        }
      }
    }
  }
  const table = resultsTable(tasksOf(values.data), readLines(file))
  const page = path.join(root, 'docs/results.md')
  fs.writeFileSync(page, withReport(fs.readFileSync(page, 'utf8'), table, 'results.mjs'))
  process.stdout.write(table)
}

type Outcome = Omit<ResultLine, 'task' | 'seed' | 'side'>

const runSide = (root: string, task: Task, seed: number, side: ResultLine['side']): Outcome =>
  side === 'headway' ? runHeadway(root, task, seed) : runTorch(root, task, seed)

const starter = 'sentence-transformers--all-MiniLM-L6-v2'

const runTorch = (root: string, task: Task, seed: number): Outcome => {
  const python = pythonWithTorch(
    (line) => process.stderr.write(`${line}\n`),
    ['scikit-learn', 'scipy', 'seqeval'],
  )
  const model = path.join(cacheDir(), 'models', starter)
  const job = { ...task, seed, model, bf16: hasBf16() }
  return lastJson(python, [path.join(root, 'test/bench/torch_task.py'), JSON.stringify(job)])
}

const runHeadway = (root: string, task: Task, seed: number): Outcome => {
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
  const trained = lastJson<{ metrics: Outcome['metrics']; seconds: number }>(process.execPath, [
    ...[cli, 'train', '--json', '--head', task.head, '--out', out, '--skip-bad-rows'],
    ...['--train', task.train, '--dev', task.dev, ...columns],
    ...number('--lr', task.learningRate),
    ...number('--batch-size', task.batchSize),
    ...number('--epochs', task.epochs),
    ...number('--max-length', task.maxLength),
    ...number('--stride', task.stride),
    ...number('--seed', seed),
    ...(task.regression ? ['--regression'] : []),
  ])
  const { metrics, seconds } = trained
  const numbers = scoresOf(metrics)
  if (task.test === undefined) return { metrics: numbers, seconds }
  const tested = lastJson<{ metrics: Outcome['metrics'] }>(process.execPath, [
    ...[cli, 'evaluate', '--json', '--run', out, '--data', task.test],
  ])
  return { metrics: numbers, testMetrics: scoresOf(tested.metrics), seconds }
}

const scoresOf = (metrics: Readonly<Record<string, unknown>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(metrics).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  )

const lastJson = <T = Outcome>(command: string, args: readonly string[]): T => {
  const { stdout, status } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: patienceMs,
  })
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

const isOf = (line: ResultLine, { id }: Task, seed: number, side: string): boolean =>
  line.task === id && line.seed === seed && line.side === side
