import fs from 'node:fs'
import path from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { writeFileAtomic, writeJsonAtomic } from '../../core/files/atomicFile.ts'

/**
 * `<sweep>/slurm/<n>/`: what is known of the n-th job of a sweep. `runs.txt`: ids of the runs that it is
 * for, `job.sh`: what was submitted, `job.json`: Slurm's number for it, `task-*.log`: what its tasks
 * said, `cancelled`: there once its person has cancelled it.
 */
const folders = (sweepDir: string): string => path.join(sweepDir, 'slurm')

const JobSchema = Type.Object({
  format: Type.Literal(1),
  /** The array's number, as `squeue` names it. */
  job: Type.String({ pattern: '^[0-9]+$' }),
  tasks: Type.Integer(),
  submitted: Type.Number(),
})
type JobRecord = Static<typeof JobSchema>

export interface SlurmJob extends JobRecord {
  readonly dir: string
}

/** Makes the next job's folder. */
export const makeJobFolder = (sweepDir: string): string => {
  const parent = folders(sweepDir)
  fs.mkdirSync(parent, { recursive: true })
  for (let number = Math.max(0, ...jobNumbers(sweepDir)) + 1; ; number++) {
    const dir = path.join(parent, String(number))
    try {
      fs.mkdirSync(dir)
      return dir
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

export const writeJob = ({ dir, ...record }: SlurmJob): void =>
  writeJsonAtomic(path.join(dir, 'job.json'), record)

/** The sweep's newest job that was submitted, whatever became of it. */
export const lastJob = (sweepDir: string): SlurmJob | undefined => {
  for (const number of jobNumbers(sweepDir).sort((a, b) => b - a)) {
    const dir = path.join(folders(sweepDir), String(number))
    const record = readJob(path.join(dir, 'job.json'))
    if (record) return { dir, ...record }
  }
  return undefined
}

const readJob = (file: string): JobRecord | undefined => {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(file, 'utf8'))
    return Value.Check(JobSchema, value) ? value : undefined
  } catch {
    return undefined
  }
}

const jobNumbers = (sweepDir: string): number[] => {
  if (!fs.existsSync(folders(sweepDir))) return []
  return fs.readdirSync(folders(sweepDir)).map(Number).filter(Number.isInteger)
}

const cancelMark = (jobDir: string): string => path.join(jobDir, 'cancelled')

/** Its tasks look for this mark, and end: also those that begin later, and where Slurm is silent. */
export const markCancelled = (jobDir: string, as: 'stopped' | 'paused'): void =>
  writeFileAtomic(cancelMark(jobDir), `${as}\n`)

/** What runs of a cancelled job end as; undefined: it is not cancelled. */
export const cancelledAs = (jobDir: string): 'stopped' | 'paused' | undefined => {
  try {
    const said = fs.readFileSync(cancelMark(jobDir), 'utf8').trim()
    return said === 'paused' ? 'paused' : 'stopped'
  } catch {
    return undefined
  }
}

const runsFile = (jobDir: string): string => path.join(jobDir, 'runs.txt')

/** Ids of the runs that the job is for. */
export const jobRuns = (jobDir: string): Set<string> =>
  new Set(fs.readFileSync(runsFile(jobDir), 'utf8').split('\n').filter(Boolean))

export const writeJobRuns = (jobDir: string, runs: Iterable<string>): void =>
  writeFileAtomic(runsFile(jobDir), `${[...runs].join('\n')}\n`)
