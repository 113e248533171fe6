import fs from 'node:fs'
import path from 'node:path'
import * as vscode from 'vscode'
import { parseExperiment } from '../../core/experiment/parse.ts'
import type { PlannedRun } from '../../core/experiment/resolve.ts'
import type { Backend, ExperimentFile, SlurmSettings } from '../../core/experiment/schema.ts'
import type { Machine, WantedMachine } from '../../core/launch/chooseSweep.ts'
import { reopenRun } from '../../core/launch/place.ts'
import { type PreparedSweep, prepareSweep } from '../../core/launch/prepare.ts'
import { type WorkLeft, workLeft } from '../../core/launch/workLeft.ts'
import { describeApart } from '../../core/runs/apart.ts'
import { readRun, readSweep, storeOfRun } from '../../core/runs/store.ts'
import { type LaunchOptions, launchRuns } from '../../runtime/launchTrainer.ts'
import type { LocalData } from '../../runtime/localData.ts'
import { mayBeAtWork } from '../../runtime/mayBeAtWork.ts'
import { installModel, resolveModel, starterModel } from '../../runtime/models.ts'
import { requireTrainerNode } from '../../runtime/node.ts'
import { choosePrecision } from '../../runtime/precision.ts'
import { haltLost, restartRuns } from '../../runtime/restartRuns.ts'
import { submitRuns } from '../../runtime/slurm/submitRuns.ts'
import { locateTensorflow } from '../../runtime/tensorflow.ts'
import { readSettings } from '../settings.ts'
import { fetching, findLocalData } from './fetching.ts'
import { agreesToOutside, rememberOutside } from './outsideFiles.ts'
import { chooseBuild, runSetup } from './setupProcess.ts'
import { slurmSettings } from './slurmSettings.ts'

/** An experiment file, or what the wizard put together; `base` is what its paths are relative to. */
export type LaunchRequest = { readonly experimentFile: string } | Resolved

export interface Launched {
  readonly sweepDir: string
  readonly name: string
  /** What was left to do. */
  readonly work: WorkLeft['kind']
}

interface Resolved {
  readonly experiment: ExperimentFile
  readonly base: string
  readonly name: string
  readonly file?: string
  /** Each file was named by the user, just now. */
  readonly chosenByUser?: boolean
  /** Which of its runs are meant; left out, all. */
  readonly only?: (run: PlannedRun) => boolean
}

type RealBackend = 'tensorflow' | 'wasm'

/** The user thought better of it, in the middle of a launch. */
class CalledOff extends Error {}

/** From an experiment to runs that train: finds or installs what is missing, checks, launches. */
export class Launcher {
  constructor(
    private readonly dist: string,
    private readonly version: string,
    private readonly log: vscode.LogOutputChannel,
    private readonly memory: vscode.Memento,
  ) {}

  /**
   * @param onPrepared is called when the sweep is on disk, before its trainer stands
   * @returns undefined where the user called it off
   * @throws InputError with one sentence for the user
   */
  async launch(
    request: LaunchRequest,
    onPrepared: (sweepDir: string, name: string) => void,
  ): Promise<Launched | undefined> {
    const resolved = resolveRequest(request)
    const { experiment, base } = resolved
    const reads = { ...experiment, base }
    if (resolved.chosenByUser) await rememberOutside(this.memory, reads)
    else if (!(await agreesToOutside(this.memory, [reads]))) return undefined
    const modelFolder = await this.findModel(resolved)
    if (!modelFolder) return undefined
    const local = await findLocalData(experiment.data, base)
    if (!local) return undefined
    const prepared = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: 'Headway: checking the data' },
      () => this.prepare(resolved, modelFolder, local),
    )
    if (!prepared) return undefined
    const { name, apart } = prepared.sweep
    onPrepared(prepared.sweepDir, name)
    if (apart && prepared.isNew) {
      const why = `These runs are a sweep of their own, ${name}. ${describeApart(apart)}`
      void vscode.window.showInformationMessage(why)
    }
    const { kind, runs } = workLeft(prepared)
    await this.start(runs, resolved.experiment)
    return { sweepDir: prepared.sweepDir, name, work: kind }
  }

  /** Puts runs that ended badly, or were stopped, back in line. */
  async resume(runDirs: readonly string[]): Promise<void> {
    const [first] = runDirs
    if (first === undefined) return
    const records = runDirs.map((dir) => ({ dir, ...readRun(dir) }))
    const reads = records.map(({ dir, config, base }) => ({
      ...config,
      base: path.resolve(dir, base),
    }))
    if (!(await agreesToOutside(this.memory, reads))) return
    for (const dir of runDirs) reopenRun(dir)
    await this.start(runDirs, readSweep(sweepOf(first)).experiment)
  }

  /** Goes on with what a lost trainer left, and counts the loss; what it was asked to end stays ended. */
  async restart(
    store: string,
    runDirs: readonly string[],
    asked: readonly { readonly dir: string; readonly how: 'stop' | 'pause' }[],
  ): Promise<void> {
    const unsettled = asked.filter(({ dir, how }) => !haltLost(store, dir, how))
    const runs = [...unsettled.map(({ dir }) => dir), ...runDirs]
    await restartRuns(await this.options(store, runs))
  }

  /** Hands run folders of one sweep to their store's trainer, or to Slurm. */
  private async start(
    runDirs: readonly string[],
    { executor = readSettings().executor, slurm }: Pick<ExperimentFile, 'executor' | 'slurm'>,
  ): Promise<void> {
    const first = runDirs[0]
    if (first === undefined) return
    const options = await this.options(storeOfRun(first), runDirs)
    if (executor === 'local') await launchRuns(options)
    else await this.submit(options, sweepOf(first), slurmSettings(slurm))
  }

  private async submit(
    { runs, node, trainerScript }: LaunchOptions,
    sweepDir: string,
    settings: SlurmSettings,
  ): Promise<void> {
    const ids = runs.map((dir) => path.basename(dir))
    const { job, joined } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: 'Headway: submitting to Slurm' },
      () => submitRuns({ sweepDir, runs: ids, settings, node, trainerScript }),
    )
    const what = joined ? 'has these runs as well now' : `is submitted, with ${job.tasks} tasks`
    this.log.info(`Slurm job ${job.job} ${what}; see ${job.dir}.`)
  }

  private async options(store: string, runs: readonly string[]): Promise<LaunchOptions> {
    const node = await requireTrainerNode(({ step }) => this.log.info(step), {
      setting: readSettings().nodePath,
    })
    return { store, runs, trainerScript: path.join(this.dist, 'trainer.js'), node }
  }

  /** @returns undefined where the user called it off */
  private async prepare(
    resolved: Resolved,
    modelFolder: string,
    local: LocalData,
  ): Promise<PreparedSweep | undefined> {
    try {
      return await prepareSweep({
        experiment: resolved.experiment,
        localData: local,
        base: resolved.base,
        store: resolved.base,
        modelFolder,
        machine: (wanted) => this.chooseMachine(wanted),
        isAtWork: mayBeAtWork,
        keepModels: readSettings().keepModels,
        name: resolved.name,
        ...(resolved.file === undefined ? {} : { file: resolved.file }),
        ...(resolved.only === undefined ? {} : { only: resolved.only }),
      })
    } catch (error) {
      if (error instanceof CalledOff) return undefined
      throw error
    }
  }

  private async chooseMachine(wanted: WantedMachine): Promise<Machine> {
    const backend = await this.chooseBackend(wanted.backend)
    if (!backend) throw new CalledOff()
    const tensorflow = backend === 'tensorflow' ? locateTensorflow() : undefined
    return {
      backend,
      precision: choosePrecision(wanted.precision, tensorflow),
      versions: {
        headway: this.version,
        ...(tensorflow ? { tensorflow: tensorflow.version } : {}),
      },
    }
  }

  /** Asks where TensorFlow is missing: install it, or train with what is built in. */
  private async chooseBackend(stated: Backend): Promise<RealBackend | undefined> {
    const wanted = stated === 'auto' ? readSettings().backend : stated
    if (wanted === 'wasm') return 'wasm'
    if (locateTensorflow()) return 'tensorflow'
    const install = { title: 'Install (274 MB)' }
    const goOn = { title: 'Use the Built-In Backend' }
    const answer = await vscode.window.showInformationMessage(
      'TensorFlow is not installed yet. With it, training is several times faster than with the built-in WebAssembly backend.',
      { modal: true },
      ...(wanted === 'auto' ? [install, goOn] : [install]),
    )
    if (answer === goOn) return 'wasm'
    const build = answer === install ? await chooseBuild() : undefined
    if (!build) return undefined
    return (await runSetup(this.dist, this.log, build.gpu)) ? 'tensorflow' : undefined
  }

  private async findModel({ experiment, base }: Resolved): Promise<string | undefined> {
    const model = experiment.model ?? starterModel
    const there = resolveModel(model, base)
    if (there) return there.folder
    const { indexUrl } = readSettings()
    const options = indexUrl === undefined ? {} : { indexUrl }
    const installed = await fetching(model, (report) => installModel(model, report, options))
    return installed?.folder
  }
}

const sweepOf = (runDir: string): string => path.dirname(path.dirname(runDir))

const resolveRequest = (request: LaunchRequest): Resolved => {
  if ('experiment' in request) return request
  const file = request.experimentFile
  const experiment = parseExperiment(fs.readFileSync(file, 'utf8'), file)
  const name = experiment.name ?? path.basename(file).replace(/\.headway\.json$/, '')
  return { experiment, base: path.dirname(file), name, file }
}
