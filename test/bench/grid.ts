import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { RunEvent } from '../../src/core/runs/events.ts'
import { layout } from '../../src/core/runs/store.ts'
import { cacheDir } from '../../src/runtime/cache.ts'
import { hasBf16 } from '../../src/runtime/processor.ts'
import { isAlive, readTrainerRecords } from '../../src/runtime/trainerRecord.ts'
import { middleOf } from './registryTimes.ts'
import { estimateErrors } from './sweepEstimates.ts'

/** A data set that the paper's grid is run on. */
export interface GridData {
  readonly id: string
  readonly title: string
  readonly train: string
  readonly dev: string
  readonly columns: { readonly text: string; readonly label: string }
  readonly maxLength: number
}

/** What a grid is run with. */
export const gridSides = ['sweep', 'train', 'pytorch', 'runGlue'] as const
export type GridSide = (typeof gridSides)[number]

/** The 18 runs of the paper's grid on one side. */
export interface GridTime {
  readonly data: string
  readonly side: GridSide
  /** Of several rounds, their median. */
  readonly seconds: number
  /** The whole grid's seconds as each round tells them; another side than the sweep only. */
  readonly rounds?: readonly number[]
  /** Of each process that was timed: what it did, and its whole wall time. */
  readonly timed: readonly TimedRun[]
  /** Between the end of a run and the next one's first step, of one trainer; sweep only. */
  readonly gaps?: readonly number[]
  /** Of the time left that it showed, from its first tenth on; sweep only. */
  readonly estimates?: { readonly within20: number; readonly worst: number }
  readonly date: string
}

export interface TimedRun {
  readonly batchSize?: number
  readonly epochs?: number
  readonly seconds: number
  /** What an epoch more would take: its training, and on Headway's side its dev score and checkpoint. */
  readonly epochSeconds?: number
}

const rates = [2e-5, 3e-5, 5e-5]
const batchSizes = [16, 32]
const epochCounts = [2, 3, 4]

/** Runs the grid, or as much of it as says how long the whole takes. */
export const timeGrid = (
  data: GridData,
  side: GridSide,
  places: { readonly root: string; readonly python: () => string },
): GridTime => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-grid-'))
  try {
    const date = new Date().toISOString().slice(0, 10)
    const head = { data: data.id, side, date }
    if (side === 'sweep') return { ...head, ...timeSweep(data, places.root, folder) }
    const timed = batchSizes.map((batchSize) =>
      side === 'train'
        ? timeTrain(data, places.root, folder, batchSize)
        : timeTorch(data, places, side, batchSize),
    )
    const seconds = wholeGrid(timed)
    return { ...head, timed, seconds, rounds: [seconds] }
  } finally {
    waitForTrainers(folder)
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** A side timed once more: these machines are faster at one time than at another. */
export const withRound = (before: GridTime | undefined, time: GridTime): GridTime => {
  if (!before || !time.rounds) return time
  const rounds = [...(before.rounds ?? [before.seconds]), ...time.rounds]
  return { ...time, timed: [...before.timed, ...time.timed], rounds, seconds: middleOf(rounds) }
}

/** Weights that are not kept are deleted after the sweep's last run, by a trainer that outlives the command. */
const waitForTrainers = (store: string): void => {
  const clock = new Int32Array(new SharedArrayBuffer(4))
  while (readTrainerRecords(store).some(isAlive)) Atomics.wait(clock, 0, 0, 500)
}

/** The other runs of a batch size differ by their epochs; the learning rate changes no time. */
const wholeGrid = (timed: readonly TimedRun[]): number =>
  timed
    .flatMap(({ seconds, epochs = 1, epochSeconds = 0 }) =>
      epochCounts.map((count) => rates.length * (seconds + (count - epochs) * epochSeconds)),
    )
    .reduce((sum, each) => sum + each, 0)

const timeSweep = (data: GridData, root: string, folder: string) => {
  const experiment = {
    head: 'sentence',
    data: {
      train: data.train,
      dev: data.dev,
      textColumn: data.columns.text,
      labelColumn: data.columns.label,
    },
    grid: 'paper',
    seeds: [1],
    maxLength: data.maxLength,
  }
  const file = path.join(folder, 'grid.headway.json')
  fs.writeFileSync(file, JSON.stringify(experiment))
  const { seconds, last } = timeProcess(process.execPath, [
    path.join(root, 'dist/cli.js'),
    ...['sweep', file, '--json'],
  ])
  const { dir, runs } = last as { dir: string; runs: { run: string; state: string }[] }
  const unfinished = runs.filter(({ state }) => state !== 'done').length
  if (unfinished > 0) throw new Error(`${unfinished} runs of the sweep are not finished.`)
  const logs = runs.map(({ run }) => eventsOf(layout.run(dir, run)))
  const errors = estimateErrors(dir).map(Math.abs)
  const estimates = {
    within20: errors.filter((error) => error <= 0.2).length / errors.length,
    worst: Math.max(...errors),
  }
  return { seconds, timed: [{ seconds }], gaps: gapsBetween(logs), estimates }
}

/** In seconds; of runs that one trainer worked on one after the other. */
const gapsBetween = (logs: readonly (readonly RunEvent[])[]): number[] => {
  const runs = logs
    .map((events) => ({
      first: events.find(({ type }) => type === 'step'),
      end: events.find(({ type }) => type === 'finished')?.time ?? 0,
    }))
    .map(({ first, end }) => ({
      end,
      begun: first?.type === 'step' ? first.time - first.stepMs : 0,
    }))
    .sort((a, b) => a.begun - b.begun)
  return runs.flatMap(({ begun }) => {
    // With several trainers, the run before is the last that was over by then.
    const before = runs.map(({ end }) => end).filter((end) => end <= begun)
    return before.length === 0 ? [] : [(begun - Math.max(...before)) / 1000]
  })
}

const timeTrain = (data: GridData, root: string, folder: string, batchSize: number): TimedRun => {
  const epochs = 2
  const out = path.join(folder, `run-${batchSize}`)
  const { seconds } = timeProcess(process.execPath, [
    ...[path.join(root, 'dist/cli.js'), 'train', '--json', '--head', 'sentence', '--out', out],
    ...['--train', data.train, '--dev', data.dev, '--max-length', String(data.maxLength)],
    ...['--text-column', data.columns.text, '--label-column', data.columns.label],
    ...['--lr', '3e-5', '--batch-size', String(batchSize), '--epochs', String(epochs)],
  ])
  // The second epoch: from the end of the first one's checkpoint to that of its dev score.
  const events = eventsOf(out)
  const times = events.filter(({ type }) => type === 'evaluation').map(({ time }) => time)
  return { batchSize, epochs, seconds, epochSeconds: (times[1]! - times[0]!) / 1000 }
}

const timeTorch = (
  data: GridData,
  { root, python }: { readonly root: string; readonly python: () => string },
  side: 'pytorch' | 'runGlue',
  batchSize: number,
): TimedRun => {
  // Padded to 128 in fp32 every step costs the same: one epoch tells.
  const own =
    side === 'pytorch'
      ? { epochs: 2, maxLength: data.maxLength, bf16: hasBf16() }
      : { epochs: 1, maxLength: 128, padTo: 128, bf16: false }
  const job = {
    ...{ head: 'sentence', train: data.train, dev: data.dev, columns: data.columns },
    ...{ learningRate: 3e-5, batchSize, seed: 1, model: starterFolder(), ...own },
  }
  const script = path.join(root, 'test/bench/torch_task.py')
  const { seconds, last } = timeProcess(python(), [script, JSON.stringify(job)])
  const { epochSeconds } = last as { epochSeconds: number[] }
  return { batchSize, epochs: own.epochs, seconds, epochSeconds: epochSeconds.at(-1)! }
}

const starterFolder = (): string =>
  path.join(cacheDir(), 'models', 'sentence-transformers--all-MiniLM-L6-v2')

const eventsOf = (runDir: string): RunEvent[] =>
  fs
    .readFileSync(layout.events(runDir, 1), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent)

/** Wall time from the command to its end, and the JSON of its last line. */
const timeProcess = (command: string, args: readonly string[]) => {
  const started = performance.now()
  const { stdout, stderr, status } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const seconds = (performance.now() - started) / 1000
  if (status !== 0) throw new Error(`${args.slice(0, 2).join(' ')} failed: ${stderr.slice(-2000)}`)
  return { seconds, last: JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as unknown }
}
