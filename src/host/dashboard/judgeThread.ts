import { parentPort } from 'node:worker_threads'
import { compareRuns } from '../../core/compare/compareRuns.ts'
import { disagreementTexts } from '../../core/compare/disagreementText.ts'
import { messageOf } from '../../core/errors.ts'
import { readPredictions } from '../../core/runs/predictions.ts'
import { analyseSweep } from '../../core/stats/analyseSweep.ts'
import { devTexts } from './devTexts.ts'
import type { JudgeAnswer, JudgedRun, JudgeJob } from './judgeJobs.ts'

/** A thread of the extension host (see Judge): reads predictions, and judges runs by them. */
const withPredictions = ({ record, predictions }: JudgedRun) => ({
  record,
  predictions: readPredictions(predictions, record.config),
})

const work = async (job: JudgeJob): Promise<JudgeAnswer> => {
  const { id, runs, test } = job
  switch (job.what) {
    case 'analysis': {
      const byRun = new Map(runs.map((run) => [run.record.id, run]))
      const analysis = analyseSweep(
        runs.map(({ record }) => record),
        (run) => {
          const judged = byRun.get(run)
          return judged && withPredictions(judged).predictions
        },
        { test },
      )
      return { id, analysis }
    }
    case 'comparison':
      return { id, comparison: compareRuns(runs.map(withPredictions)) }
    case 'disagreements': {
      const [left, right] = runs.map(withPredictions)
      const [first] = runs
      if (!left?.predictions || !right?.predictions || !first) {
        throw new Error('There are no dev predictions of one of these runs yet.')
      }
      const textAt = job.texts ? await devTexts(first) : () => undefined
      return { id, disagreements: disagreementTexts(left.predictions, right.predictions, textAt) }
    }
    default:
      return job.what satisfies never
  }
}

parentPort?.on('message', (job: JudgeJob) => {
  work(job)
    .catch((error: unknown): JudgeAnswer => ({ id: job.id, error: messageOf(error) }))
    .then((answer) => parentPort?.postMessage(answer))
})
