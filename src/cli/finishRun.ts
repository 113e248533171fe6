import path from 'node:path'
import type { Metrics } from '../core/metrics/metrics.ts'
import { layout, readSweep, storeOfRun, sweepDirOf } from '../core/runs/store.ts'
import type { FoundRun } from './findRun.ts'
import { exitCodeOf, type ListedRun, resultTable, runResult } from './runTable.ts'
import { awaitTestScore } from './testScore.ts'
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
  const test = trained.interrupted ? undefined : await testMetrics(run.dir)
  if (json) process.stdout.write(`${JSON.stringify(runResult(shown, run.dir, test))}\n`)
  else process.stdout.write(resultTable(shown, run.dir, test))
  return trained.interrupted && record.state !== 'done' ? 130 : exitCodeOf([record])
}

/** Of the run that its sweep chose, once nothing is left to train in it. */
const testMetrics = async (runDir: string): Promise<Metrics | undefined> => {
  const sweepDir = sweepDirOf(runDir)
  if (sweepDir === undefined) return undefined
  await awaitTestScore(sweepDir)
  const { test, checksums } = readSweep(sweepDir)
  const isOwn = test?.run === path.basename(runDir) && test.checksum === checksums['data/test']
  return isOwn ? test.metrics : undefined
}
