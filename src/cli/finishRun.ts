import { layout } from '../core/runs/store.ts'
import type { FoundRun } from './findRun.ts'
import { exitCodeOf, resultTable, runResult } from './runTable.ts'
import { trainRuns } from './trainRuns.ts'

/**
 * Trains one run, if there is something left to do, and says its result.
 * @returns the exit code
 */
export const finishRun = async (run: FoundRun, open: boolean, json: boolean): Promise<number> => {
  if (!open) {
    process.stderr.write(
      `Run ${run.record.id} is ${run.record.state} already; --force trains it anew.\n`,
    )
  }
  const trained = open ? await trainRuns([run.dir]) : { records: [run.record], interrupted: false }
  const [record] = trained.records
  if (!record) return 1
  if (record.state === 'queued' || record.state === 'running') {
    process.stderr.write(
      `The trainer has ended before the run was over; "headway resume ${record.id}" goes on (its log is beside ${layout.trainerRecord('')}).\n`,
    )
  }
  if (json) process.stdout.write(`${JSON.stringify(runResult(record, run.dir))}\n`)
  else process.stdout.write(resultTable(record, run.dir))
  return trained.interrupted && record.state !== 'done' ? 130 : exitCodeOf([record])
}
