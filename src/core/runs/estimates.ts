import type { Pace } from './pace.ts'

/** Steps of an epoch by the padded length of their batch. */
type StepsByLength = ReadonlyMap<number, number>
/** Milliseconds of an optimizer step; null while nothing like it was measured. */
export type StepTime = (batchSize: number, length: number) => number | null

/**
 * The batches of one epoch, by padded length, as the engine makes them (engine/lengthBatches.ts):
 * full ones of each length, and what remains merged, shortest first. Exact, for any shuffle.
 * @param examplesByLength training examples by padded length
 */
export const stepsByLength = (
  examplesByLength: Readonly<Record<string, number>>,
  batchSize: number,
): StepsByLength => {
  const steps = new Map<number, number>()
  const add = (length: number, count: number) => {
    if (count > 0) steps.set(length, (steps.get(length) ?? 0) + count)
  }
  const lengths = Object.entries(examplesByLength)
    .map(([length, count]) => ({ length: Number(length), count }))
    .sort((a, b) => a.length - b.length)
  let waiting = 0
  let longest = 0
  for (const { length, count } of lengths) {
    add(length, Math.floor(count / batchSize))
    const rest = count % batchSize
    if (rest === 0) continue
    longest = length
    waiting += rest
    if (waiting < batchSize) continue
    add(length, 1)
    waiting -= batchSize
  }
  if (waiting > 0) add(longest, 1)
  return steps
}

export interface RunWork {
  readonly examplesByLength: Readonly<Record<string, number>>
  readonly batchSize: number
  readonly epochs: number
  readonly stepMs: StepTime
  /** Of scoring dev once, checkpoint included. */
  readonly evaluationMs: number
  /** Beginning and end: reading, loading, saving. */
  readonly overheadMs: number
}

/** Seconds that a run takes from beginning to end; null while a step's time is not known. */
export const estimateRun = (work: RunWork): number | null => {
  const epoch = epochMs(stepsByLength(work.examplesByLength, work.batchSize), work)
  if (epoch === null) return null
  return (work.epochs * (epoch + work.evaluationMs) + work.overheadMs) / 1000
}

const epochMs = (
  steps: StepsByLength,
  { stepMs, batchSize }: Pick<RunWork, 'stepMs' | 'batchSize'>,
): number | null => {
  let sum = 0
  for (const [length, count] of steps) {
    const each = stepMs(batchSize, length)
    if (each === null) return null
    sum += count * each
  }
  return sum
}

/** A run of which a step was measured. */
export interface PacedRun {
  readonly batchSize: number
  readonly pace: Pace
}

interface Measured {
  readonly batchSize: number
  readonly length: number
  readonly stepMs: number
  readonly steps: number
}

/**
 * How long a step takes: as measured at this batch size and length, else by a straight line through
 * what was measured at others, over the number of tokens. (Attention grows with the square of the
 * length, but is a small part of a step at the lengths that a line is drawn between.)
 */
export const stepTimeOf = (runs: readonly PacedRun[]): StepTime => {
  const measured = new Map<string, Measured>()
  for (const { batchSize, pace } of runs) {
    for (const [length, { steps, stepMs, firstMs }] of Object.entries(pace.byLength)) {
      const key = `${batchSize}×${length}`
      const before = measured.get(key)
      // A first step is better than nothing; a later run's figures are the newer ones.
      if (stepMs === null && before) continue
      measured.set(key, {
        ...{ batchSize, length: Number(length), steps: stepMs === null ? 0.1 : steps },
        stepMs: stepMs === null ? firstMs : stepMs * pace.load,
      })
    }
  }
  const line = lineThrough([...measured.values()])
  return (batchSize, length) =>
    measured.get(`${batchSize}×${length}`)?.stepMs ?? line?.(batchSize * length) ?? null
}

/** Weighted least squares of ms over tokens; through 0 where it would fall, or there is one point. */
const lineThrough = (points: readonly Measured[]): ((tokens: number) => number) | undefined => {
  if (points.length === 0) return undefined
  let weight = 0
  let x = 0
  let y = 0
  let xx = 0
  let xy = 0
  for (const { batchSize, length, stepMs, steps } of points) {
    const tokens = batchSize * length
    weight += steps
    x += steps * tokens
    y += steps * stepMs
    xx += steps * tokens * tokens
    xy += steps * tokens * stepMs
  }
  const spread = xx - (x * x) / weight
  const slope = spread > 0 ? (xy - (x * y) / weight) / spread : 0
  const start = (y - slope * x) / weight
  if (slope > 0 && start >= 0) return (tokens) => start + slope * tokens
  return (tokens) => (y / x) * tokens
}

/** Of a training step's time, what the forward pass alone takes: a third, and some for its small batches. */
const forwardShare = 0.4

/** Scoring dev once, from the training's pace, before it was measured. */
export const guessEvaluationMs = (
  { trainExamples, devExamples }: { readonly trainExamples: number; readonly devExamples: number },
  epoch: number,
): number => (forwardShare * epoch * devExamples) / Math.max(1, trainExamples)

export interface RunningWork {
  readonly batchSize: number
  readonly epochs: number
  readonly step: number
  readonly trainExamples: number
  readonly devExamples: number
  readonly pace: Pace
}

/**
 * Seconds until a run that is in training is over: its remaining batches by length, and the
 * evaluations ahead. Null while nothing is known of its batches.
 */
export const estimateRest = (
  run: RunningWork,
  stepMs: StepTime = stepTimeOf([run]),
): number | null => {
  const { pace, batchSize } = run
  const steps = stepsByLength(pace.examplesByLength, batchSize)
  const epoch = epochMs(steps, { stepMs, batchSize })
  if (steps.size === 0 || epoch === null || pace.stepsPerEpoch === 0) return null
  // Batches of an earlier attempt: as many of each length as their share of the epochs.
  const before = pace.resumedFrom / pace.stepsPerEpoch
  let training = 0
  for (const [length, count] of steps) {
    const done = count * before + (pace.byLength[length]?.steps ?? 0)
    training += Math.max(0, count * run.epochs - done) * (stepMs(batchSize, length) ?? 0)
  }
  const evaluation = pace.evaluationMs ?? guessEvaluationMs(run, epoch)
  // After the last step of an epoch its evaluation is still ahead.
  const scored = Math.floor((run.step - 1) / pace.stepsPerEpoch)
  return (training + (run.epochs - scored) * evaluation + (pace.savingMs ?? 0)) / 1000
}
