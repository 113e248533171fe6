import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseExperiment } from '../../src/core/experiment/parse.ts'
import { prepareSweep } from '../../src/core/launch/prepare.ts'
import { sealOf } from '../../src/core/runs/attemptSeal.ts'
import { EventLogReader } from '../../src/core/runs/eventLog.ts'
import { layout, readRun } from '../../src/core/runs/store.ts'
import { trainerEnvironment } from '../../src/runtime/launchTrainer.ts'
import { makeJobFolder, writeJobRuns } from '../../src/runtime/slurm/jobFolder.ts'
import { locateTensorflow } from '../../src/runtime/tensorflow.ts'
import { SweepBench } from '../faults/sweepBench.ts'
import { until as untilSoon } from '../support/until.ts'

/** A trainer starts in seconds, but not where others compute beside it. */
const until = (what: string, holds: () => boolean) => untilSoon(what, holds, { patience: 60_000 })

const trainerScript = path.resolve(import.meta.dirname, '../../dist/trainer.js')

let bench: SweepBench
let job: string
let runDir: string
const children: ChildProcess[] = []

beforeEach(async () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-orphan-'))
  bench = new SweepBench(dir, { learningRate: 1e-3, batchSize: 8, epochs: 40 })
  const file = path.join(dir, 'tiny.headway.json')
  const { open, sweepDir } = await prepareSweep({
    experiment: parseExperiment(fs.readFileSync(file, 'utf8'), file),
    base: dir,
    store: dir,
    file,
    modelFolder: path.join(dir, 'bert'),
    machine: () => ({
      versions: {},
      backend: locateTensorflow() ? 'tensorflow' : 'wasm',
      precision: 'fp32',
    }),
  })
  runDir = open[0]!
  job = makeJobFolder(sweepDir)
  writeJobRuns(job, [path.basename(runDir)])
})

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  await bench.dispose()
})

const startTrainer = () => {
  const args = ['claim', '--sweep', bench.sweepDir, '--job', job, '--silence', '6']
  const child = spawn(process.execPath, [trainerScript, ...args], {
    env: trainerEnvironment(process.env),
  })
  children.push(child)
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const ended = new Promise<{ code: number | null; said: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, said })),
  )
  return { child, ended }
}

const stepsOf = (attempt: number): number[] =>
  new EventLogReader(layout.events(runDir, attempt))
    .read()
    .flatMap((event) => (event.type === 'step' ? [event.step] : []))

const result = () => ({
  record: fs.readFileSync(layout.runRecord(runDir), 'utf8'),
  model: createHash('sha256')
    .update(fs.readFileSync(path.join(layout.model(runDir), 'model.safetensors')))
    .digest('hex'),
})

describe('a trainer that was taken for dead', () => {
  it('comes back, finds its run taken over, and changes nothing of it', async () => {
    const orphan = startTrainer()
    await until('a checkpoint', () =>
      fs.existsSync(path.join(layout.checkpoint(runDir, 1), 'state.json')),
    )
    orphan.child.kill('SIGSTOP')
    const reached = stepsOf(1).at(-1) ?? 0
    const successor = await startTrainer().ended
    expect(successor.code, successor.said).toBe(0)
    expect(readRun(runDir)).toMatchObject({ state: 'done', attempt: 2 })
    expect([sealOf(runDir, 1), sealOf(runDir, 2)]).toEqual(['successor', 'owner'])
    expect(stepsOf(2)[0]).toBeGreaterThan(1)
    const before = result()

    orphan.child.kill('SIGCONT')
    const { code, said } = await orphan.ended
    expect(code).toBe(0)
    expect(said).toContain('attempt 1 was given up as lost and taken over')
    expect(result()).toEqual(before)
    expect(reached).toBeGreaterThan(0)
    expect(fs.readdirSync(layout.attempt(runDir, 1))).not.toContain('model')
    expect(fs.readdirSync(runDir).sort()).toEqual(['attempt-1', 'attempt-2', 'model', 'run.json'])
  })

  it('is left alone while it lives: the other one ends', async () => {
    const first = startTrainer()
    await until('a step', () => stepsOf(1).length > 0)
    const second = await startTrainer().ended
    expect(second).toEqual({ code: 0, said: '' })
    const { code } = await first.ended
    expect(code).toBe(0)
    expect(readRun(runDir)).toMatchObject({ state: 'done', attempt: 1 })
  })

  it('that is told to end leaves a checkpoint, and its run to the next one', async () => {
    const first = startTrainer()
    await until('some steps', () => stepsOf(1).length > 20)
    first.child.kill('SIGTERM')
    expect((await first.ended).code).toBe(0)
    expect(readRun(runDir)).toMatchObject({ state: 'queued', attempt: 1 })
    expect((await startTrainer().ended).code).toBe(0)
    expect(readRun(runDir)).toMatchObject({ state: 'done', attempt: 2 })
    const last = stepsOf(1).at(-1) ?? 0
    expect(stepsOf(2)[0]).toBe(last + 1)
  })
})
