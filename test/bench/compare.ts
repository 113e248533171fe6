import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { resolveModel, starterModel } from '../../src/runtime/models.ts'
import { type ComparedCase, comparedCases } from './cases.ts'
import { writeEpochExamples } from './epochExamples.ts'
import { engineFingerprint } from './fingerprint.ts'
import { measureCase, thisMachine } from './measureCase.ts'
import { type Outcome, speedRatio } from './outcome.ts'
import { pythonWithTorch } from './python.ts'
import { reportOf } from './report.ts'
import { withReport } from './section.ts'

const help = `node test/bench/compare.mjs [flags]

Headway's work and the same in PyTorch + transformers, in turn; about 25 minutes on two cores. What is
measured already with the engine as it is now is kept, so that an interrupted comparison goes on.

  --cases A,B     ids, or parts of them; left out, all but the tiny ones
  --pairs 5       A B A B …
  --steps N       pieces of work of each side in a pair, in place of each case's own number
  --data DIR      a folder with train.tsv for the epoch cases (../shared/data/sst2 if it is there, else
                  the sample task)
  --python FILE   a Python that has torch and transformers; left out, one is made in the cache
  --results FILE  what was measured, one JSON object a line (docs/performance.jsonl)
  --page FILE     the page with the tables (docs/performance.md); "none" leaves it alone
  --busy          keep pairs that other programs disturbed; otherwise they are taken again
  --fresh         measure again what is measured already
  --list          the cases' ids
  --table         only write the page anew
`

const report = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

export const compare = async (root: string, out: string, args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      cases: { type: 'string' },
      pairs: { type: 'string', default: '5' },
      steps: { type: 'string' },
      data: { type: 'string' },
      python: { type: 'string' },
      results: { type: 'string', default: path.join(root, 'docs/performance.jsonl') },
      page: { type: 'string', default: path.join(root, 'docs/performance.md') },
      busy: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      table: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return
  }
  const pairs = wholeNumber('pairs', values.pairs)
  const starter = resolveModel(starterModel, root)
  if (!starter)
    throw new Error('The starter model is not installed; run "npm run headway -- setup".')
  const data = await writeEpochExamples(dataFolder(root, values.data), {
    root,
    modelFolder: starter.folder,
    out,
  })
  const all = comparedCases({
    examples: data.file,
    exampleCount: data.count,
    task: data.task,
    pairs,
    starter: { folder: starter.folder },
  })
  if (values.list) {
    process.stdout.write(all.map(({ id, title }) => `${id.padEnd(30)} ${title}\n`).join(''))
    return
  }
  const steps = values.steps === undefined ? undefined : wholeNumber('steps', values.steps)
  const chosen = chooseCases(all, values.cases).map((compared) =>
    steps === undefined ? compared : { ...compared, count: { headway: steps, peer: steps } },
  )
  const results = new Results(values.results, all)
  if (values.table) {
    writePage(values.page, results.outcomes)
    return
  }
  const settings = [pairs, steps ?? 'all', ...(values.busy ? ['busy'] : [])]
  const fingerprint = [engineFingerprint(root), ...settings].join(' ')
  const measuring = {
    places: { root, out, python: values.python ?? pythonWithTorch(report) },
    pairs,
    fingerprint,
    acceptBusy: values.busy,
    report,
  }
  for (const [at, compared] of chosen.entries()) {
    report(`${at + 1} of ${chosen.length}: ${compared.title}`)
    if (!values.fresh && results.has(compared, fingerprint)) report('  measured already')
    else results.add(await measureCase(compared, measuring))
    if (values.page !== 'none') writePage(values.page, results.outcomes)
  }
  const { processor } = thisMachine()
  const now = results.outcomes.filter(
    ({ id, machine }) =>
      machine.processor === processor && chosen.some((compared) => compared.id === id),
  )
  process.stdout.write(`${reportOf(now)}\n`)
}

const wholeNumber = (name: string, text: string): number => {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new Error(`--${name} must be a whole number from 1, not ${text}.`)
}

const dataFolder = (root: string, wanted: string | undefined): string | undefined => {
  if (wanted !== undefined) return path.resolve(wanted)
  const shared = path.join(root, '../shared/data/sst2')
  return fs.existsSync(shared) ? shared : undefined
}

const chooseCases = (all: readonly ComparedCase[], wanted: string | undefined): ComparedCase[] => {
  if (wanted === undefined) return all.filter(({ id }) => !id.includes('tiny'))
  const parts = wanted.split(',').filter(Boolean)
  const chosen = all.filter(({ id }) => parts.some((part) => id.includes(part)))
  if (chosen.length > 0) return chosen
  throw new Error(`There is no case ${wanted}; --list shows those there are.`)
}

/** One line a case and processor, in the order of the cases; the whole file is written anew after each. */
class Results {
  private readonly byKey: Map<string, Outcome>

  constructor(
    private readonly file: string,
    private readonly all: readonly ComparedCase[],
  ) {
    const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n') : []
    const outcomes = lines.filter(Boolean).map((line) => JSON.parse(line) as Outcome)
    this.byKey = new Map(outcomes.map((outcome) => [keyOf(outcome), outcome]))
  }

  get outcomes(): Outcome[] {
    const outcomes = [...this.byKey.values()]
    return this.all.flatMap(({ id }) => outcomes.filter((outcome) => outcome.id === id))
  }

  has({ id, title }: ComparedCase, fingerprint: string): boolean {
    const found = this.byKey.get(keyOf({ id, machine: thisMachine() }))
    return found?.fingerprint === fingerprint && found.title === title
  }

  add(outcome: Outcome): void {
    this.byKey.set(keyOf(outcome), outcome)
    const { median, lowest, highest } = speedRatio(outcome.pairs)
    report(`  ${median.toFixed(2)} × (${lowest.toFixed(2)} to ${highest.toFixed(2)})`)
    const lines = this.outcomes.map((each) => `${JSON.stringify(each)}\n`)
    fs.writeFileSync(`${this.file}.partial`, lines.join(''))
    fs.renameSync(`${this.file}.partial`, this.file)
  }
}

const keyOf = ({ id, machine }: Pick<Outcome, 'id' | 'machine'>): string =>
  `${id} ${machine.processor}`

const writePage = (file: string, outcomes: readonly Outcome[]): void => {
  const page = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '# How fast it is\n'
  fs.writeFileSync(file, withReport(page, reportOf(outcomes)))
}
