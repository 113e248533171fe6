import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../errors.ts'
import { type PlannedRun, planRuns, type Resolved } from '../experiment/resolve.ts'
import { engineNumber, runId } from '../experiment/runId.ts'
import type { DataFiles, ExperimentFile, KeepModels } from '../experiment/schema.ts'
import { checkModelFolder, type ModelFolder } from '../model/folder.ts'
import type { RunRecord, SweepRecord, TrainerRecord } from '../runs/records.ts'
import { sha256File } from './checksum.ts'
import { chooseSweep, type Machine, type WantedMachine } from './chooseSweep.ts'
import { type LaunchData, readLaunchData } from './launchData.ts'
import { type PlacedRuns, placeRuns } from './place.ts'

export interface PrepareOptions {
  readonly experiment: ExperimentFile
  /** Files that stand for data of the Hub, or in formats that the readers cannot read. */
  readonly localData?: Partial<Pick<DataFiles, 'train' | 'dev' | 'test'>> | undefined
  /** Folder that the experiment's paths are relative to. */
  readonly base: string
  /** Folder that holds `.headway/`. */
  readonly store: string
  /** Of a single run: its own folder, in place of one in the store. */
  readonly out?: string | undefined
  /** The pretrained model, found or fetched already. */
  readonly modelFolder: string
  /**
   * What this machine makes of `auto`; called with what the sweep's first launch made of it, where
   * there was one. @throws InputError where what is asked for is not there
   */
  readonly machine: (wanted: WantedMachine) => Machine | Promise<Machine>
  /** Whether the trainer that a running run names may still work on it; left out: it may. */
  readonly isAtWork?: ((trainer: TrainerRecord) => boolean) | undefined
  /** Names the sweep; else the experiment's own, its file's, or the training data's name. */
  readonly name?: string | undefined
  /** The experiment's file. */
  readonly file?: string | undefined
  /** Whose weights stay, where the experiment does not say: of a grid its best cell's, else all. */
  readonly keepModels?: KeepModels | undefined
  /** Train runs anew that are finished. */
  readonly force?: boolean | undefined
  /** Which of the experiment's runs are meant; left out, all. */
  readonly only?: ((run: PlannedRun) => boolean) | undefined
}

export interface PreparedSweep extends PlacedRuns {
  readonly data: LaunchData
}

/**
 * Makes an experiment ready to run: reads and checks all of its data and its model, works out its
 * runs and their ids, and only then writes `sweep.json` and a `run.json` for each. A run that is
 * finished already is kept.
 * @throws InputError one sentence; nothing was written then
 */
export const prepareSweep = async (options: PrepareOptions): Promise<PreparedSweep> => {
  const { base } = options
  const experiment = {
    ...options.experiment,
    data: { ...options.experiment.data, ...options.localData },
  }
  const wanted: WantedMachine = {
    backend: experiment.backend ?? 'auto',
    precision: experiment.precision ?? 'auto',
  }
  const planned = planRuns(experiment, undecided).filter(options.only ?? (() => true))
  if (options.out !== undefined && planned.length > 1) {
    throw new InputError(`"out" is for a single run; this experiment has ${planned.length}.`)
  }
  const model = checkModelFolder(options.modelFolder)
  checkLength(planned, model)
  const data = await readLaunchData(experiment, base)
  const checksums = {
    data: await dataChecksums(experiment.data, base),
    model: await modelChecksums(model),
  }
  const all = { ...prefixed('data', checksums.data), ...prefixed('model', checksums.model) }
  const created = Date.now()
  const recordsWith = ({ backend, precision }: Resolved) =>
    planned.map(({ cell, config }) => {
      const resolved = {
        ...config,
        ...{ backend, precision },
        selectionMetric:
          experiment.selectionMetric ?? data.selectionMetric ?? config.selectionMetric,
        data: { ...config.data, ...data.resolved },
      }
      const id = runId(resolved, checksums)
      const labels = [...data.labels]
      return recordOf({ id, cell, config: resolved, labels, checksums: all, created })
    })
  const name = options.name ?? experiment.name ?? defaultName(options)
  const chosen = await chooseSweep({
    ...options,
    ...{ name, wanted },
    example: recordsWith(undecided)[0],
  })
  const { machine, earlier } = chosen
  if (machine.backend === 'wasm' && machine.precision === 'bf16') {
    throw new InputError('"precision" bf16 needs the tensorflow backend; wasm computes in fp32.')
  }
  const auto = {
    ...earlier?.auto,
    ...(wanted.backend === 'auto' ? { backend: machine.backend } : {}),
    ...(wanted.precision === 'auto' ? { precision: machine.precision } : {}),
  }
  const sweep: Omit<SweepRecord, 'id' | 'file' | 'runs'> = {
    format: 1,
    name,
    created,
    head: experiment.head,
    experiment: options.experiment,
    checksums: all,
    versions: { ...machine.versions },
    auto,
    keepModels: experiment.keepModels ?? options.keepModels ?? (isGrid(planned) ? 'best' : 'all'),
  }
  return { ...placeRuns({ ...options, chosen, sweep, records: recordsWith(machine) }), data }
}

/** Stands for what is not known before the sweep's folder is. */
const undecided: Resolved = { backend: 'wasm', precision: 'fp32' }

const checkLength = (planned: readonly PlannedRun[], { config }: ModelFolder): void => {
  const maxLength = Math.max(0, ...planned.map(({ config: each }) => each.maxLength))
  if (maxLength > config.maxPositions) {
    throw new InputError(
      `"maxLength" ${maxLength} is more than the model's ${config.maxPositions} positions.`,
    )
  }
}

const dataFiles = ['train', 'dev', 'test'] as const

const dataChecksums = async (data: DataFiles, base: string): Promise<Record<string, string>> => {
  const sums: Record<string, string> = {}
  for (const part of dataFiles) {
    const file = data[part]
    if (file !== undefined) sums[part] = await sha256File(path.resolve(base, file))
  }
  return sums
}

const modelFiles = [
  'config.json',
  'model.safetensors',
  'tokenizer.json',
  'tokenizer_config.json',
  'vocab.txt',
]

const modelChecksums = async ({ dir }: ModelFolder): Promise<Record<string, string>> => {
  const sums: Record<string, string> = {}
  for (const name of modelFiles) {
    const file = path.join(dir, name)
    if (fs.existsSync(file)) sums[name] = await sha256File(file)
  }
  return sums
}

const prefixed = (prefix: string, sums: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(sums).map(([name, sum]) => [`${prefix}/${name}`, sum]))

const isGrid = (planned: readonly PlannedRun[]): boolean =>
  planned.some(({ cell }) => cell !== planned[0]?.cell)

const recordOf = (
  run: Pick<RunRecord, 'id' | 'cell' | 'config' | 'labels' | 'checksums' | 'created'>,
): Omit<RunRecord, 'sweep' | 'base'> => ({
  format: 1,
  ...run,
  seed: run.config.seed,
  state: 'queued',
  attempt: 0,
  engine: engineNumber,
})

const defaultName = ({ file, experiment, base }: PrepareOptions): string => {
  if (file !== undefined) return path.basename(file).replace(/(\.headway)?\.json$/, '')
  const train = path.resolve(base, experiment.data.train)
  const name = path.basename(train, path.extname(train))
  // Data sets are often a folder with a train.tsv in it.
  const plain = /^(train|training|data)$/i.test(name) ? path.basename(path.dirname(train)) : name
  return `${plain}-${experiment.head}`
}
