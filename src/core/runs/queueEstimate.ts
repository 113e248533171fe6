import { estimateRun, guessEvaluationMs, type PacedRun, stepTimeOf } from './estimates.ts'
import type { RunState } from './runState.ts'

/**
 * Seconds that queued runs will take one after the other, from what the sweep's other runs have
 * shown: the lengths of the data, steps by batch size and length, scoring, loading and saving. Null
 * while no run has shown them.
 */
export const estimateQueued = (
  queued: readonly RunState[],
  runs: readonly RunState[],
): number | null => {
  if (queued.length === 0) return 0
  // Newest figures last: the later one counts.
  const shown = runs
    .filter(({ pace }) => Object.keys(pace.byLength).length > 0)
    .sort((a, b) => (a.record.started ?? 0) - (b.record.started ?? 0))
  const last = shown.at(-1)
  if (!last || Object.keys(last.pace.examplesByLength).length === 0) return null
  const stepMs = stepTimeOf(shown.map(asPaced))
  const overheadMs = latest(shown, 'startMs') + latest(shown, 'savingMs')
  const measuredEvaluation = latest(shown, 'evaluationMs')
  let sum = 0
  for (const { record } of queued) {
    const { batchSize, epochs, maxLength } = record.config
    const examplesByLength = cutTo(maxLength, last.pace.examplesByLength)
    const work = { examplesByLength, batchSize, epochs, stepMs, evaluationMs: 0, overheadMs }
    const training = estimateRun(work)
    if (training === null) return null
    const epochMs = (1000 * training - overheadMs) / epochs
    const evaluationMs = measuredEvaluation || guessEvaluationMs(last, epochMs)
    sum += training + (epochs * evaluationMs) / 1000
  }
  return sum
}

const asPaced = ({ record, pace }: RunState): PacedRun => ({
  batchSize: record.config.batchSize,
  pace,
})

const latest = (runs: readonly RunState[], what: 'startMs' | 'savingMs' | 'evaluationMs'): number =>
  runs.findLast(({ pace }) => pace[what] !== null)?.pace[what] ?? 0

/** A sweep may vary the longest sequence. */
const cutTo = (
  maxLength: number,
  examplesByLength: Readonly<Record<string, number>>,
): Record<string, number> => {
  const cut: Record<string, number> = {}
  for (const [length, count] of Object.entries(examplesByLength)) {
    const short = Math.min(maxLength, Number(length))
    cut[short] = (cut[short] ?? 0) + count
  }
  return cut
}
