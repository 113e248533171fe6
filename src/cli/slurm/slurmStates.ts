import type { SlurmTask } from '../../runtime/slurm/squeue.ts'

/** Says what has changed of a job's tasks since the last time, a line each. */
export class SlurmStates {
  private readonly told = new Map<string, string>()

  changes(job: string, tasks: readonly SlurmTask[]): string[] {
    const lines: string[] = []
    for (const task of tasks) {
      const said = describe(task)
      if (this.told.get(task.task) === said) continue
      const isNew = !this.told.has(task.task)
      this.told.set(task.task, said)
      // An array's last tasks come and go when all is done.
      if (isNew && task.state === 'COMPLETED') continue
      lines.push(`Slurm ${job}_${bracket(task.task)}: ${said}`)
    }
    return lines
  }
}

const describe = ({ state, reason, nodes, restarts }: SlurmTask): string => {
  const where = nodes === '' ? '' : ` on ${nodes}`
  const why = reason === '' ? '' : ` (${reason})`
  const again = restarts === 0 ? '' : `, put back ${restarts} times`
  return `${state.toLowerCase()}${where}${why}${again}`
}

const bracket = (task: string): string => (/^\d+$/.test(task) ? task : `[${task}]`)
