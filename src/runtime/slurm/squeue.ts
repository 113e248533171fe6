import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { runCommand } from '../command.ts'

/** A task of a job array, or several that wait: `task` is then as "3-17%2". */
export interface SlurmTask {
  readonly task: string
  readonly state: string
  /** Why it waits, or what befell it; '' where Slurm says "None". */
  readonly reason: string
  readonly nodes: string
  /** How often Slurm has put it back, after a node's failure for one. */
  readonly restarts: number
}

// Numbers became objects, and a state a list of flags, in later versions (data_parser, 23.02).
const NumberSchema = Type.Union([
  Type.Number(),
  Type.Null(),
  Type.Object({ set: Type.Boolean(), number: Type.Number() }),
])
const JobSchema = Type.Object({
  array_job_id: NumberSchema,
  array_task_id: NumberSchema,
  array_task_string: Type.String(),
  job_state: Type.Union([Type.String(), Type.Array(Type.String())]),
  state_reason: Type.String(),
  nodes: Type.String(),
  restart_cnt: NumberSchema,
})
const ListSchema = Type.Object({ jobs: Type.Array(Type.Unknown()) })

/** @throws Error where the text is not what `squeue --json` writes */
export const parseSqueue = (text: string, job: string): SlurmTask[] => {
  const list: unknown = JSON.parse(text)
  if (!Value.Check(ListSchema, list)) throw new Error('squeue --json names no jobs')
  return list.jobs.flatMap((entry) => {
    if (!Value.Check(JobSchema, entry) || numberOf(entry.array_job_id) !== Number(job)) return []
    const { job_state: state, array_task_string: several, state_reason: reason } = entry
    return {
      task: several || String(numberOf(entry.array_task_id) ?? '?'),
      state: typeof state === 'string' ? state : state.join('+'),
      reason: reason === 'None' ? '' : reason,
      nodes: entry.nodes,
      restarts: numberOf(entry.restart_cnt) ?? 0,
    }
  })
}

const numberOf = (
  value: number | null | { readonly set: boolean; readonly number: number },
): number | undefined => {
  if (value === null) return undefined
  if (typeof value === 'number') return value
  return value.set ? value.number : undefined
}

/** A node's failure leaves exit code 0, so the state alone says what became of a task. */
const overStates = [
  'BOOT_FAIL',
  'CANCELLED',
  'COMPLETED',
  'DEADLINE',
  'FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'PREEMPTED',
  'TIMEOUT',
]

/** Whether it works, or will. */
export const isActive = ({ state }: SlurmTask): boolean => {
  const flags = state.split('+')
  return flags.some((flag) => flag === 'COMPLETING' || !overStates.includes(flag))
}

const patienceMs = 60_000

/**
 * The tasks of a job that Slurm still knows: those that are over only for some minutes, cancelled ones
 * that never began not at all. Undefined where Slurm does not answer.
 */
export const slurmTasks = async (
  job: string,
  timeoutMs = patienceMs,
): Promise<SlurmTask[] | undefined> => {
  const asked = await runCommand('squeue', ['--json'], { timeoutMs })
  if (asked.code !== 0) return undefined
  try {
    return parseSqueue(asked.stdout, job)
  } catch {
    return undefined
  }
}
