import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { layout, writeRun, writeSweep } from '../../src/core/runs/store.ts'
import { median } from '../../src/engine/bench/median.ts'
import { RunRegistry } from '../../src/host/runs/registry.ts'
import { trainerProcesses } from '../../src/host/runs/trainerProcesses.ts'
import { runRecord } from '../support/runRecords.ts'
import { writeTextTask } from '../support/textTask.ts'
import { writeTinyBert } from '../support/tinyBert.ts'

export interface RegistryTimes {
  readonly runs: number
  /** From nothing to all runs known, in a process that did it before. */
  readonly listMs: readonly number[]
  /** A look for changes in all of them. */
  readonly lookMs: readonly number[]
  /** From a step's end in the trainer to the listener in the editor's process. */
  readonly eventMs: readonly number[]
  readonly date: string
}

const sweepCount = 112
const runsInSweep = 18
const repeats = 7

/** What the side panel stands on, with many runs, while a trainer works in the same folder. */
export const timeRegistry = async (root: string): Promise<RegistryTimes> => {
  const store = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-registry-'))
  try {
    for (let sweep = 0; sweep < sweepCount; sweep++) writeFinishedSweep(store, `s${sweep}`)
    const listMs: number[] = []
    const lookMs: number[] = []
    for (let at = 0; at < repeats; at++) {
      const registry = new RunRegistry(trainerProcesses)
      listMs.push(timeOf(() => registry.setStores([store])))
      lookMs.push(timeOf(() => registry.setStores([store])))
      registry.dispose()
    }
    const eventMs = await timeEvents(root, store)
    const date = new Date().toISOString().slice(0, 10)
    return { runs: sweepCount * runsInSweep, listMs, lookMs, eventMs, date }
  } finally {
    fs.rmSync(store, { recursive: true, force: true })
  }
}

const writeFinishedSweep = (store: string, id: string): void => {
  const dir = layout.sweep(store, id)
  const runs = Array.from({ length: runsInSweep }, (_, at) =>
    runRecord({
      id: `${id}r${at}`,
      sweep: id,
      cell: `c${at}`,
      state: 'done',
      metrics: { accuracy: 0.8 + at / 1000, loss: 0.4 },
    }),
  )
  for (const run of runs) {
    writeRun(layout.run(dir, run.id), run)
    fs.mkdirSync(layout.attempt(layout.run(dir, run.id), 1))
  }
  writeSweep(dir, {
    format: 1,
    id,
    name: id,
    created: 1,
    head: 'sentence',
    experiment: { head: 'sentence', data: { train: 'train.tsv' } },
    runs: runs.map((run) => run.id),
    checksums: {},
    versions: {},
  })
}

/** A real trainer at work in the store; the clock is the machine's, the same for both processes. */
const timeEvents = async (root: string, store: string): Promise<number[]> => {
  writeTextTask(store)
  writeTinyBert(path.join(store, 'bert'))
  const file = path.join(store, 'tiny.headway.json')
  fs.writeFileSync(
    file,
    JSON.stringify({
      head: 'sentence',
      model: './bert',
      data: { train: 'train.tsv', dev: 'dev.tsv' },
      learningRate: [1e-4, 2e-4],
      batchSize: 4,
      epochs: 6,
      seeds: [1],
      maxLength: 32,
    }),
  )
  const registry = new RunRegistry(trainerProcesses)
  const ages: number[] = []
  registry.changed.on(({ change }) => {
    if (change.type === 'event' && change.event.type === 'step') {
      ages.push(Date.now() - change.event.time)
    }
  })
  registry.setStores([store])
  try {
    const child = spawn(
      process.execPath,
      [path.join(root, 'dist/cli.js'), 'sweep', file, '--json'],
      {
        stdio: 'ignore',
      },
    )
    // The window that launches looks at once; another one sees the new sweep at its next wide look.
    const looking = setInterval(() => registry.addStore(store), 500)
    const code = await new Promise((resolve) => child.once('close', resolve))
    clearInterval(looking)
    if (code !== 0) throw new Error('The sweep that was to be watched did not finish.')
    return ages
  } finally {
    registry.dispose()
  }
}

const timeOf = (work: () => void): number => {
  const started = performance.now()
  work()
  return performance.now() - started
}

export const middleOf = (values: readonly number[]): number => median([...values])
