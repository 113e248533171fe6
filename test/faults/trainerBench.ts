import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { Value } from 'typebox/value'
import type { ExperimentFile } from '../../src/core/experiment/schema.ts'
import { EventLogReader } from '../../src/core/runs/eventLog.ts'
import type { RunEvent } from '../../src/core/runs/events.ts'
import {
  type RecordedState,
  type RunRecord,
  RunRecordSchema,
  type TrainerRecord,
  TrainerRecordSchema,
} from '../../src/core/runs/records.ts'
import { layout, readRun, writeRun, writeSweep } from '../../src/core/runs/store.ts'
import { type LaunchOptions, launchRuns } from '../../src/runtime/launchTrainer.ts'
import { isAlive, readTrainerRecord, readTrainerRecords } from '../../src/runtime/trainerRecord.ts'
import { runConfig } from '../support/runConfig.ts'
import { until } from '../support/until.ts'
import type { Plan } from './fakeTrainer.ts'

const here = import.meta.dirname

/** Real trainer processes on stores in a temporary folder, around the engine of fakeTrainer.ts. */
export class TrainerBench {
  private readonly root = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-faults-'))
  readonly trainerScript = path.join(this.root, 'app', 'dist', 'trainer.js')
  private stores = 0
  private readonly seen = new Map<number, TrainerRecord>()

  async build(): Promise<void> {
    const entries: [string, string][] = [
      [path.join(here, 'fakeTrainer.ts'), 'trainer.js'],
      [path.join(here, '../../src/trainer/ioThread.ts'), 'trainerIo.js'],
      [path.join(here, 'launcherProcess.ts'), 'launcher.js'],
    ]
    for (const [entry, name] of entries) {
      await build({
        entryPoints: [entry],
        outfile: path.join(path.dirname(this.trainerScript), name),
        bundle: true,
        platform: 'node',
        target: 'node20',
        format: 'cjs',
        define: { 'import.meta.dirname': '__dirname' },
        logLevel: 'error',
      })
    }
  }

  newStore(): string {
    const store = path.join(this.root, `store ${++this.stores}`)
    fs.mkdirSync(store)
    return store
  }

  addRun(store: string, id: string, plan: Plan, state: RecordedState = 'queued'): string {
    const runDir = layout.run(layout.sweep(store, 'sweep'), id)
    fs.mkdirSync(runDir, { recursive: true })
    fs.writeFileSync(path.join(runDir, 'plan.json'), JSON.stringify(plan))
    writeRun(runDir, newRecord(id, state))
    return runDir
  }

  writeSweep(store: string, runDirs: readonly string[], more: Partial<ExperimentFile>): void {
    writeSweep(layout.sweep(store, 'sweep'), {
      format: 1,
      id: 'sweep',
      name: 'sweep',
      created: 0,
      head: 'sentence',
      experiment: { head: 'sentence', data: { train: 'train.tsv' }, ...more },
      runs: runDirs.map((dir) => path.basename(dir)),
      checksums: {},
      versions: {},
    })
  }

  async launch(store: string, ...runs: string[]): Promise<TrainerRecord> {
    return this.track(await launchRuns(this.options(store, runs)))
  }

  async launchParallel(
    store: string,
    parallel: number,
    ...runs: string[]
  ): Promise<TrainerRecord[]> {
    await launchRuns({ ...this.options(store, runs), parallel })
    return readTrainerRecords(store).map((record) => this.track(record))
  }

  /** Launches from a process of its own, which is left to be killed with its group. */
  async launchApart(store: string, ...runs: string[]) {
    const script = path.join(path.dirname(this.trainerScript), 'launcher.js')
    const launcher = spawn(process.execPath, [script, JSON.stringify(this.options(store, runs))], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const text = await new Promise<string>((resolve) =>
      launcher.stdout.once('data', (chunk) => resolve(String(chunk))),
    )
    const record = this.track(Value.Parse(TrainerRecordSchema, JSON.parse(text)))
    const kill = () => process.kill(-(launcher.pid ?? 0), 'SIGKILL')
    return { record, kill, ended: new Promise((resolve) => launcher.once('exit', resolve)) }
  }

  private options(store: string, runs: readonly string[]): LaunchOptions {
    return {
      store,
      runs,
      trainerScript: this.trainerScript,
      node: process.execPath,
      env: { ...process.env, HEADWAY_CACHE: path.join(this.root, 'cache') },
    }
  }

  private track(record: TrainerRecord): TrainerRecord {
    this.seen.set(record.process.pid, record)
    return record
  }

  /** Kills what is left of this test's trainers. */
  clear(): void {
    for (const record of this.seen.values()) {
      if (isAlive(record)) process.kill(record.process.pid, 'SIGKILL')
    }
    this.seen.clear()
  }

  dispose(): void {
    this.clear()
    fs.rmSync(this.root, { recursive: true, force: true, maxRetries: 5 })
  }
}

const newRecord = (id: string, state: RecordedState): RunRecord =>
  Value.Parse(RunRecordSchema, {
    format: 1,
    id,
    sweep: 'sweep',
    cell: id,
    seed: 1,
    config: runConfig({ model: 'none', data: { train: 'train.tsv' }, batchSize: 1, epochs: 1 }),
    base: '../../../../..',
    state,
    attempt: 0,
    created: 0,
    labels: ['a', 'b'],
  })

export const untilState = (runDir: string, state: RecordedState): Promise<void> =>
  until(`${path.basename(runDir)} ${state}`, () => readRun(runDir).state === state)

/** The step before the one that blocks is in the file: the I/O thread has caught up. */
export const untilBlocked = async (runDir: string): Promise<void> => {
  await until('the step blocks', () => fs.existsSync(path.join(runDir, 'blocked')))
  const { blockAt = 1 } = JSON.parse(
    fs.readFileSync(path.join(runDir, 'plan.json'), 'utf8'),
  ) as Plan
  await until('the events before it', () => {
    const last = eventsOf(runDir).findLast(({ type }) => type === 'step' || type === 'started')
    return last?.type === 'step' ? last.step === blockAt - 1 : blockAt === 1 && last !== undefined
  })
}

export const release = (runDir: string): void => {
  fs.writeFileSync(path.join(runDir, 'release'), '')
}

/** The trainer is over and has left nothing behind. */
export const untilGone = (store: string, record: TrainerRecord): Promise<void> =>
  until(
    'the trainer ends',
    () => !isAlive(record) && !readTrainerRecord(store) && !fs.existsSync(record.socket),
  )

export const eventsOf = (runDir: string, attempt = 1): RunEvent[] => {
  const reader = new EventLogReader(layout.events(runDir, attempt))
  const events = reader.read()
  if (reader.damaged > 0) throw new Error(`${reader.damaged} damaged lines in ${runDir}`)
  return events
}

export const stepsOf = (events: readonly RunEvent[]): number[] =>
  events.flatMap((event) => (event.type === 'step' ? [event.step] : []))
