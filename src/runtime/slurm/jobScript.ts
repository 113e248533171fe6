import { InputError } from '../../core/errors.ts'
import type { SlurmSettings } from '../../core/experiment/schema.ts'

export interface JobScript {
  readonly name: string
  /** One trainer each; no more than `settings.workers` at a time, the others stand in for lost ones. */
  readonly tasks: number
  readonly settings: SlurmSettings
  /** Programs and folders as the nodes see them. */
  readonly node: string
  readonly trainer: string
  readonly sweepDir: string
  readonly jobDir: string
  readonly version: string
  readonly env: Readonly<Record<string, string>>
  /** Seconds without a heartbeat after which a trainer is taken for dead. */
  readonly silence?: number | undefined
}

/** The end comes as a signal so long before, in which a checkpoint is written. */
const warningSeconds = 60

/** The batch script of a job array. It is kept in the sweep's folder, and can be read. */
export const jobScript = (job: JobScript): string => {
  const { settings } = job
  const silence = job.silence === undefined ? '' : ` --silence ${job.silence}`
  const modules = settings.modules ?? []
  const program = `exec ${quote(job.node)} ${quote(job.trainer)} claim`
  return [
    // `module` is a function that login shells have.
    modules.length > 0 ? '#!/bin/bash -l' : '#!/bin/bash',
    '# Written by Headway: each task is a trainer that claims open runs of the sweep until none is left.',
    ...options(job).map((option) => `#SBATCH ${option}`),
    '',
    ...modules.map((name) => `module load ${name}`),
    'unset NODE_OPTIONS ELECTRON_RUN_AS_NODE',
    ...Object.entries(job.env).map(([name, value]) => `export ${name}=${quote(value)}`),
    ...threads(settings),
    `for file in ${quote(job.node)} ${quote(job.trainer)} ${quote(job.sweepDir)}; do`,
    '  [ -e "$file" ] && continue',
    '  echo "$file is not there on $(hostname): set HEADWAY_CACHE to a folder that all nodes see." >&2',
    '  exit 66',
    'done',
    `${program} --sweep ${quote(job.sweepDir)} --job ${quote(job.jobDir)} --app-version ${job.version}${silence}`,
    '',
  ].join('\n')
}

const options = ({ name, tasks, settings }: JobScript): string[] => {
  const { partition, account, time, gpus, cpus, memory, workers = tasks } = settings
  const given: [string, string | number | undefined][] = [
    ['job-name', `headway-${name.replace(/[^\w.-]/g, '_')}`],
    ['array', `0-${tasks - 1}%${Math.min(workers, tasks)}`],
    ['ntasks', 1],
    ['output', 'task-%a.log'],
    ['open-mode', 'append'],
    ['signal', `B:TERM@${warningSeconds}`],
    ['partition', partition],
    ['account', account],
    ['time', time],
    ['gres', gpus ? `gpu:${gpus}` : undefined],
    ['cpus-per-task', cpus],
    ['mem', memory],
  ]
  const kept = given.filter(([, value]) => value !== undefined)
  return [...kept.map(([option, value]) => `--${option}=${value}`), '--requeue']
}

const threads = ({ cpus }: SlurmSettings): string[] =>
  cpus === undefined
    ? []
    : ['OMP', 'TF'].map(
        (part) => `export ${part}_NUM_${part === 'TF' ? 'INTRAOP_' : ''}THREADS=${cpus}`,
      )

const quote = (text: string): string => {
  if (text.includes('\n')) throw new InputError(`A path with a line break in it: ${text}.`)
  return `'${text.replaceAll("'", `'\\''`)}'`
}
