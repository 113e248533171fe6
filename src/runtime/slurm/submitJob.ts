import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../../core/errors.ts'
import type { SlurmSettings } from '../../core/experiment/schema.ts'
import { writeFileAtomic } from '../../core/files/atomicFile.ts'
import { cacheDir } from '../cache.ts'
import { findOnPath, runCommand } from '../command.ts'
import { versionBeside } from '../launchTrainer.ts'
import { locateTensorflow, tensorflowEnvironment } from '../tensorflow.ts'
import { copyTrainer } from '../trainerCopy.ts'
import { makeJobFolder, type SlurmJob, writeJob, writeJobRuns } from './jobFolder.ts'
import { jobScript } from './jobScript.ts'

export interface SubmitOptions {
  readonly sweepDir: string
  /** Ids of the runs that it is for. */
  readonly runs: readonly string[]
  /** At most: each works until nothing is left, so that fewer do as well. */
  readonly tasks: number
  readonly settings: SlurmSettings
  /** `dist/trainer.js`. */
  readonly trainerScript: string
  readonly node: string
}

const patienceMs = 60_000

/** @throws InputError where there is no Slurm, or it does not take the job */
export const submitJob = async (options: SubmitOptions): Promise<SlurmJob> => {
  const { sweepDir, trainerScript } = options
  requireSlurm()
  const tasks = Math.min(options.tasks, await largestArray())
  const cache = cacheDir()
  const tensorflow = locateTensorflow(cache)
  const version = versionBeside(trainerScript)
  const dir = makeJobFolder(sweepDir)
  const silence = Number(process.env.HEADWAY_SILENCE)
  const script = jobScript({
    ...options,
    tasks,
    name: path.basename(sweepDir),
    trainer: copyTrainer(path.resolve(trainerScript), cache, version),
    jobDir: dir,
    version,
    env: {
      HEADWAY_CACHE: cache,
      ...(tensorflow ? tensorflowEnvironment(tensorflow) : {}),
    },
    ...(silence > 0 ? { silence } : {}),
  })
  writeJobRuns(dir, options.runs)
  const file = path.join(dir, 'job.sh')
  writeFileAtomic(file, script)
  const asked = await runCommand('sbatch', ['--parsable', `--chdir=${dir}`, file], {
    timeoutMs: patienceMs,
  })
  // "123", or "123;cluster".
  const job = /^(\d+)/.exec(asked.stdout)?.[1]
  if (asked.code !== 0 || job === undefined) {
    fs.rmSync(dir, { recursive: true, force: true })
    const why = asked.stderr.trim().split('\n').at(-1) ?? ''
    throw new InputError(`Slurm does not take the job: ${why || 'sbatch says nothing'}.`)
  }
  const submitted: SlurmJob = { format: 1, dir, job, tasks, submitted: Date.now() }
  writeJob(submitted)
  return submitted
}

const defaultLargestArray = 1001

/** Tasks that an array may have on this cluster. */
const largestArray = async (): Promise<number> => {
  const asked = await runCommand('scontrol', ['show', 'config'], { timeoutMs: patienceMs })
  const stated = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(asked.stdout)?.[1])
  return stated > 0 ? stated : defaultLargestArray
}

/** @throws InputError */
export const requireSlurm = (): void => {
  for (const program of ['sbatch', 'squeue', 'scancel']) {
    if (findOnPath(program)) continue
    throw new InputError(
      `--executor slurm needs Slurm's ${program} on the PATH: do this where jobs are submitted, or with --executor local.`,
    )
  }
}
