import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { EventLogReader } from '../../src/core/runs/eventLog.ts'
import type { RunEvent } from '../../src/core/runs/events.ts'
import { highestAttempt, layout } from '../../src/core/runs/store.ts'
import { runsOfSweep, type SweepRun } from '../../src/core/runs/sweepEnd.ts'
import { isAlive, readTrainerRecords } from '../../src/runtime/trainerRecord.ts'
import { type Called, cliScript } from '../cli/headway.ts'
import { writeTextTask } from '../support/textTask.ts'
import { writeTinyBert } from '../support/tinyBert.ts'
import { until } from '../support/until.ts'

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Called>
}

/** A store with a small experiment in it, and the built program at work on it as a user would have it. */
export class SweepBench {
  readonly sweepDir: string
  private readonly children: ChildProcess[] = []

  /** @param dir an empty folder */
  constructor(
    readonly dir: string,
    experiment: object = {},
  ) {
    writeTextTask(dir)
    writeTinyBert(path.join(dir, 'bert'))
    this.sweepDir = layout.sweep(dir, 'tiny')
    this.write({
      head: 'sentence',
      model: 'bert',
      data: { train: 'train.tsv', dev: 'dev.tsv' },
      learningRate: [1e-3, 5e-4],
      batchSize: [8, 16],
      epochs: 3,
      maxLength: 32,
      precision: 'fp32',
      keepModels: 'all',
      ...experiment,
    })
  }

  write(experiment: object): void {
    fs.writeFileSync(path.join(this.dir, 'tiny.headway.json'), JSON.stringify(experiment))
  }

  /** `headway sweep`, not waited for. */
  start(env: Readonly<Record<string, string>> = {}, ...more: readonly string[]): Started {
    const args = [cliScript, 'sweep', 'tiny.headway.json', '--json', ...more]
    const child = spawn(process.execPath, args, { cwd: this.dir, env: { ...process.env, ...env } })
    this.children.push(child)
    let stdout = ''
    let stderr = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    const ended = new Promise<Called>((resolve) =>
      child.on('close', (code) => resolve({ code, stdout, stderr })),
    )
    return { child, ended }
  }

  trainerPid(): number | undefined {
    return readTrainerRecords(this.dir).find(isAlive)?.process.pid
  }

  /** kill -9, and waits until it is gone. */
  async killTrainer(): Promise<void> {
    const trainer = readTrainerRecords(this.dir).find(isAlive)
    if (!trainer) return
    process.kill(trainer.process.pid, 'SIGKILL')
    await until('the trainer dies', () => !isAlive(trainer))
  }

  async untilNoTrainer(): Promise<void> {
    await until('the trainers end', () => !readTrainerRecords(this.dir).some(isAlive))
  }

  runs(): SweepRun[] {
    return runsOfSweep(this.sweepDir)
  }

  events(run: SweepRun): RunEvent[] {
    const { dir } = run
    return Array.from({ length: highestAttempt(dir) }, (_, i) => i + 1).flatMap((attempt) =>
      new EventLogReader(layout.events(dir, attempt)).read(),
    )
  }

  steps(): number {
    if (!fs.existsSync(layout.sweepRecord(this.sweepDir))) return 0
    const all = this.runs().flatMap((run) => this.events(run))
    return all.filter(({ type }) => type === 'step').length
  }

  /** What the sweep says in the end: each run once, with its numbers. */
  table(): object[] {
    return this.runs().map(({ record }) => ({
      run: record.id,
      cell: record.cell,
      state: record.state,
      metrics: record.metrics,
    }))
  }

  /** Runs that were brought to their end more than once. */
  doneTwice(): string[] {
    return this.runs()
      .filter((run) => {
        const ends = this.events(run).filter(
          (event) => event.type === 'finished' && event.state === 'done',
        )
        return ends.length > 1
      })
      .map(({ record }) => record.id)
  }

  async dispose(): Promise<void> {
    for (const child of this.children) if (child.exitCode === null) child.kill('SIGKILL')
    await this.killTrainer()
    fs.rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 })
  }
}
