import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'mocha'
import * as vscode from 'vscode'
import { layout, writeRun } from '../../src/core/runs/store.ts'
import { RunRegistry } from '../../src/host/runs/registry.ts'
import { trainerProcesses } from '../../src/host/runs/trainerProcesses.ts'
import { lastJob } from '../../src/runtime/slurm/jobFolder.ts'
import { TrainerClient } from '../../src/runtime/trainerClient.ts'
import { isAlive, readTrainerRecords } from '../../src/runtime/trainerRecord.ts'
import { noSlurm, SlurmCluster } from '../slurm/slurmCluster.ts'
import { writeTextTask } from '../support/textTask.ts'
import { until as untilSoon } from '../support/until.ts'
import { extension, workspaceFolder } from './headway.ts'

const run = (command: string, ...args: unknown[]) =>
  vscode.commands.executeCommand(`headway.${command}`, ...args)
const until = (what: string, holds: () => boolean) =>
  untilSoon(what, holds, { patience: 60_000, poll: 50 })

/** A small sweep that would train for long, launched by the extension as its user would. */
class SweepAtWork {
  readonly store: string
  readonly registry = new RunRegistry(trainerProcesses)

  constructor(name: string) {
    this.store = path.join(workspaceFolder(), name)
    fs.mkdirSync(this.store)
    writeTextTask(this.store)
    const model = path.join(extension().extensionPath, 'test/fixtures/training')
    for (const file of ['config.json', 'model.safetensors', 'vocab.txt']) {
      fs.mkdirSync(path.join(this.store, 'bert'), { recursive: true })
      fs.copyFileSync(path.join(model, file), path.join(this.store, 'bert', file))
    }
    const experiment = {
      head: 'sentence',
      model: 'bert',
      data: { train: 'train.tsv', dev: 'dev.tsv' },
      batchSize: 8,
      epochs: 1000,
      seeds: [1, 2, 3],
      maxLength: 32,
      backend: 'wasm',
      precision: 'fp32',
    }
    fs.writeFileSync(this.file, JSON.stringify(experiment))
    this.registry.setStores([this.store])
  }

  get file(): string {
    return path.join(this.store, 'small.headway.json')
  }
  get dir(): string {
    return layout.sweep(this.store, 'small')
  }

  sweepNode() {
    const sweep = this.registry.sweep(this.dir)
    assert.ok(sweep)
    return { kind: 'sweep' as const, sweep }
  }

  runNode(at: number) {
    const { sweep } = this.sweepNode()
    const one = sweep.runs[at]
    assert.ok(one)
    return { kind: 'run' as const, sweep, run: one }
  }

  states(): string[] {
    return this.registry.runs().map(({ state }) => state.state)
  }

  async launch(): Promise<void> {
    void run('runExperiment', vscode.Uri.file(this.file))
    const atWork = () => this.registry.runs()[0]?.state.step ?? 0
    await until('a run at work', () => {
      this.registry.addStore(this.store)
      return atWork() > 0
    })
  }

  async dispose(): Promise<void> {
    this.registry.dispose()
    const trainers = readTrainerRecords(this.store).filter(isAlive)
    for (const trainer of trainers) process.kill(trainer.process.pid, 'SIGKILL')
    await until('the trainers end', () => !trainers.some(isAlive))
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
    fs.rmSync(this.store, { recursive: true, force: true, maxRetries: 5 })
  }
}

describe('a sweep at work', () => {
  let small: SweepAtWork
  beforeEach(async () => {
    await extension().activate()
    small = new SweepAtWork('small')
  })
  afterEach(() => small.dispose())

  it('has its runs put first, cancelled, retried and stopped from the tree', async () => {
    await small.launch()
    const [trainer] = readTrainerRecords(small.store)
    assert.ok(trainer)
    const client = await TrainerClient.connect(trainer)
    const queued = async () => {
      const dirs = small.registry.runs().map(({ dir }) => dir)
      return (await client.status()).queued.map((dir) => dirs.indexOf(dir) + 1)
    }
    assert.deepEqual(await queued(), [2, 3])
    await run('runFirst', small.runNode(2))
    assert.deepEqual(await queued(), [3, 2])
    // Of the sweep what waits; the run at work goes on.
    await run('cancelRun', small.sweepNode())
    assert.deepEqual(await queued(), [])
    await until('two are stopped', () => small.states().join() === 'running,stopped,stopped')
    const { dir, state } = small.runNode(1).run
    writeRun(dir, { ...state.record, state: 'failed', reason: 'It broke.' })
    await until('one is failed', () => small.states()[1] === 'failed')
    await run('retryRun', small.runNode(1))
    assert.deepEqual(await queued(), [2])
    await until('it waits', () => small.states()[1] === 'queued')
    await run('stopRun', small.sweepNode())
    await until('all are stopped', () => small.states().join() === 'stopped,stopped,stopped')
    client.dispose()
  }).timeout(120_000)
})

describe('an experiment that reads outside the workspace', () => {
  let small: SweepAtWork
  let outside: string
  const { showWarningMessage } = vscode.window
  const asked: unknown[][] = []
  const answerWith = (answer: (choices: readonly unknown[]) => unknown) => {
    const show = async (...args: unknown[]) => {
      asked.push(args)
      return answer(args.slice(2))
    }
    vscode.window.showWarningMessage = show as typeof showWarningMessage
  }

  beforeEach(async () => {
    await extension().activate()
    small = new SweepAtWork('small')
    outside = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-outside-'))
    const train = path.join(outside, 'train.tsv')
    fs.renameSync(path.join(small.store, 'train.tsv'), train)
    const experiment = JSON.parse(fs.readFileSync(small.file, 'utf8'))
    const changed = { ...experiment, data: { ...experiment.data, train } }
    fs.writeFileSync(small.file, JSON.stringify(changed))
  })
  afterEach(async () => {
    vscode.window.showWarningMessage = showWarningMessage
    await small.dispose()
    fs.rmSync(outside, { recursive: true, force: true })
  })

  it('is launched once its user agrees, who is asked once', async () => {
    answerWith(() => undefined)
    await run('runExperiment', vscode.Uri.file(small.file))
    assert.equal(asked.length, 1)
    assert.match(String(asked[0]?.[0]), /reads outside the workspace: train\.tsv\./)
    assert.ok(!fs.existsSync(small.dir), 'nothing was launched')
    answerWith(([use]) => use)
    await small.launch()
    assert.equal(asked.length, 2)
    await run('stopRun', small.sweepNode())
    await until('all are stopped', () => small.states().every((state) => state === 'stopped'))
    await run('runExperiment', vscode.Uri.file(small.file))
    assert.equal(asked.length, 2)
  }).timeout(120_000)
})

const missing = noSlurm()

describe('a sweep that VS Code hands to Slurm', () => {
  const cluster = new SlurmCluster()
  const settings = () => vscode.workspace.getConfiguration('headway')
  const set = async (executor: string | undefined, time: string | undefined) => {
    await settings().update('executor', executor, vscode.ConfigurationTarget.Global)
    await settings().update('slurm.time', time, vscode.ConfigurationTarget.Global)
  }
  let small: SweepAtWork | undefined

  before(async function () {
    if (missing) {
      console.log(`      skipped: ${missing}`)
      this.skip()
    }
    await extension().activate()
    await cluster.start()
    Object.assign(process.env, cluster.env)
    small = new SweepAtWork('on slurm')
    await set('slurm', '10')
  })

  after(async () => {
    if (missing) return
    await set(undefined, undefined)
    if (small) cluster.call('scancel', ['--user=root'])
    delete process.env.SLURM_CONF
    await small?.dispose()
    await cluster.stop()
  })

  it('is submitted as the settings say, shown as it is, and cancelled by Stop', async () => {
    assert.ok(small)
    const { dir, store } = small
    await small.launch()
    const job = lastJob(dir)
    assert.ok(job)
    assert.match(fs.readFileSync(path.join(job.dir, 'job.sh'), 'utf8'), /^#SBATCH --time=10$/m)
    assert.deepEqual(readTrainerRecords(store), [])
    const tasks = () => cluster.call('squeue', ['-h', '-o', '%T']).trim()
    assert.match(tasks(), /RUNNING/)
    await run('stopRun', small.sweepNode())
    await until('no task is left', () => tasks() === '')
    await until('all are stopped', () => new Set(small?.states()).size === 1)
    assert.equal(small.states()[0], 'stopped')
    await vscode.commands.executeCommand('notifications.clearAll')
  }).timeout(150_000)
})
