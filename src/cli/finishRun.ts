import path from 'node:path'
import { layout, storeOfRun } from '../core/runs/store.ts'
import type { FoundRun } from './findRun.ts'
import { exitCodeOf, type ListedRun, resultTable, runResult } from './runTable.ts'
import { trainRuns } from './trainRuns.ts'

/**
 * Trains one run, if there is something left to do, and says its result.
 * @returns the exit code
 */
export const finishRun = async (run: FoundRun, open: boolean, json: boolean): Promise<number> => {
  if (!open) {
    process.stderr.write(
      `Run ${run.record.id} is ${run.record.state} already; "headway train" with --force trains it anew.\n`,
    )
  }
  const trained = open ? await trainRuns([run.dir]) : { records: [run.record], interrupted: false }
  const [record] = trained.records
  if (!record) return 1
  const abandoned = record.state === 'queued' || record.state === 'running'
  if (abandoned) {
    const log = path.join(path.dirname(layout.trainerRecord(storeOfRun(run.dir))), 'trainer.log')
    process.stderr.write(
      `The trainer ended before the run was over (see ${log}); "headway resume ${record.id}" goes on.\n`,
    )
  }
  const shown: ListedRun = abandoned ? { ...record, state: 'interrupted' } : record
  if (json) process.stdout.write(`${JSON.stringify(runResult(shown, run.dir))}\n`)
  else process.stdout.write(resultTable(shown, run.dir))
  return trained.interrupted && record.state !== 'done' ? 130 : exitCodeOf([record])
}
