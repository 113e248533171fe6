import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import {
  type GridData,
  type GridSide,
  type GridTime,
  gridSides,
  timeGrid,
  withRound,
} from './grid.ts'
import { pythonWithTorch } from './python.ts'
import { waitForQuiet } from './quiet.ts'
import { type RegistryTimes, timeRegistry } from './registryTimes.ts'
import { withReport } from './section.ts'
import { sweepsReport } from './sweepsReport.ts'

const help = `node test/bench/sweeps.mjs [flags]

How long the paper's grid takes: as a sweep, as 18 separate "headway train", as 18 runs of a PyTorch
script (dynamic padding, bf16) and with run_glue.py's defaults (padding to 128, fp32); and how fast a
registry of 2,000 runs is. About half an hour on two cores; goes on where it was interrupted.

  --data a,b     sample, sst2 (its first 1,000 rows; needs ../shared/data)
  --sides a,b    sweep, train, pytorch, runGlue
  --rounds N     how often "train" and "pytorch" are timed, in turn (3); the median counts
  --registry     only the registry
  --fresh        measure again what is measured already
`

const sstRows = 1000

export interface SweepFigures {
  readonly grids: GridTime[]
  readonly registry?: RegistryTimes
}

export const sweeps = async (root: string, args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: 'sample,sst2' },
      sides: { type: 'string', default: gridSides.join(',') },
      rounds: { type: 'string', default: '3' },
      registry: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return
  }
  const file = path.join(root, 'docs/performance-sweeps.json')
  let figures: SweepFigures = fs.existsSync(file)
    ? (JSON.parse(fs.readFileSync(file, 'utf8')) as SweepFigures)
    : { grids: [] }
  const keep = (next: SweepFigures): void => {
    figures = next
    fs.writeFileSync(file, `${JSON.stringify(figures, null, 1)}\n`)
    const page = path.join(root, 'docs/performance.md')
    fs.writeFileSync(
      page,
      withReport(fs.readFileSync(page, 'utf8'), sweepsReport(figures), 'sweeps.mjs'),
    )
  }
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-grid-data-'))
  try {
    const sides = gridSides.filter((side) => values.sides.split(',').includes(side))
    for (const data of values.registry ? [] : gridData(root, values.data.split(','), temporary)) {
      for (const { side, round } of turns(sides, Number(values.rounds))) {
        const isThis = (grid: GridTime) => grid.data === data.id && grid.side === side
        const before = values.fresh && round === 0 ? undefined : figures.grids.find(isThis)
        if (roundsOf(before) > round) continue
        await waitForQuiet(say)
        say(`${data.title}: ${side} …`)
        const python = () => pythonWithTorch(say, ['scikit-learn', 'scipy', 'seqeval'])
        const time = timeGrid(data, side, { root, python })
        say(`  ${time.seconds.toFixed(0)} s`)
        const grids = figures.grids.filter((grid) => !isThis(grid))
        keep({ ...figures, grids: [...grids, withRound(before, time)] })
      }
    }
    if (values.registry || values.fresh || figures.registry === undefined) {
      await waitForQuiet(say)
      keep({ ...figures, registry: await timeRegistry(root) })
    }
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true })
  }
  process.stdout.write(`${sweepsReport(figures)}\n`)
}

const roundsOf = (grid: GridTime | undefined): number => (grid ? (grid.rounds?.length ?? 1) : 0)

/** The whole sweep, and what takes as long as it, once; the short ones in turn. */
const turns = (sides: readonly GridSide[], rounds: number) =>
  Array.from({ length: rounds }, (_, round) => round).flatMap((round) =>
    sides
      .filter((side) => round === 0 || side === 'train' || side === 'pytorch')
      .map((side) => ({ side, round })),
  )

const gridData = (root: string, wanted: readonly string[], temporary: string): GridData[] => {
  const at = (name: string) => path.join(root, 'samples/sentiment', name)
  const sample: GridData = {
    id: 'sample',
    title: 'the sample (762 texts, 190 dev)',
    train: at('train.tsv'),
    dev: at('dev.tsv'),
    columns: { text: 'text', label: 'label' },
    maxLength: 64,
  }
  const sst = path.join(root, '../shared/data/sst2')
  const all = [sample]
  if (fs.existsSync(sst)) {
    const train = path.join(temporary, 'train.tsv')
    const lines = fs.readFileSync(path.join(sst, 'train.tsv'), 'utf8').split('\n')
    fs.writeFileSync(train, `${lines.slice(0, 1 + sstRows).join('\n')}\n`)
    all.push({
      id: 'sst2',
      title: 'SST-2 (1,000 texts, 872 dev)',
      train,
      dev: path.join(sst, 'dev.tsv'),
      columns: { text: 'sentence', label: 'label' },
      maxLength: 128,
    })
  }
  return all.filter(({ id }) => wanted.includes(id))
}

export type { GridSide }
