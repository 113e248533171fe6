import { describe, expect, it } from 'vitest'
import { emptyRunState, type RunState } from '../../src/core/runs/runState.ts'
import { runRecord } from '../../test/support/runRecords.ts'
import { answerFor } from './answer.ts'

const run = (accuracies: readonly number[], state: RunState['state'] = 'running'): RunState => {
  const all = { ...emptyRunState(runRecord()), state }
  all.evaluations = accuracies.map((accuracy, at) => ({
    step: 10 * (at + 1),
    epoch: at + 1,
    metrics: { accuracy },
  }))
  const last = accuracies.at(-1)
  if (last !== undefined) all.record.metrics = { accuracy: last }
  return all
}

describe('the answer', () => {
  it('has no score before the first evaluation, and says when there will be one', () => {
    expect(answerFor([run([])])).toMatchObject({
      score: '–',
      sentence: 'The dev set is scored after each epoch.',
    })
  })

  it('says how a run does, and which way it goes', () => {
    expect(answerFor([run([0.8, 0.85])])).toMatchObject({
      caption: 'So far',
      score: '85.0',
      unit: 'accuracy on dev',
      sentence: 'After epoch 2 of 2, up 5.0 on the one before.',
    })
  })

  it('says that the best of several was chosen on dev', () => {
    const runs = [run([0.8], 'done'), run([0.9], 'done')]
    expect(answerFor(runs)).toMatchObject({
      caption: 'Best run',
      score: '90.0',
      unit: 'accuracy, chosen on dev',
      sentence: '10.0 ahead of the next, of 2 runs with a score.',
    })
  })

  it('says why there is none where a run failed before', () => {
    expect(answerFor([run([], 'failed')]).sentence).toBe(
      'The run failed before the dev set was first scored.',
    )
  })
})
