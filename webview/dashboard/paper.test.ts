import { describe, expect, it } from 'vitest'
import type { RunConfig } from '../../src/core/experiment/config.ts'
import { emptyRunState } from '../../src/core/runs/runState.ts'
import { runRecord } from '../../test/support/runRecords.ts'
import { differencesFromPaper, guessPaperTask, paperTasks } from './paper.ts'

const run = (config: Partial<RunConfig>, labels: string[] = ['0', '1']) => {
  const record = runRecord({ labels })
  return emptyRunState({ ...record, config: { ...record.config, ...config } })
}
const guess = (...args: Parameters<typeof run>) => guessPaperTask(run(...args))?.id

describe('the paper’s table', () => {
  it('has the figures as they are quoted, and gains that follow from them', () => {
    expect(
      paperTasks.map(({ id, previousBest, bertLarge }) => [id, previousBest, bertLarge]),
    ).toEqual([
      ['mnli', 80.6, 86.7],
      ['sst2', 93.2, 94.9],
      ['cola', 35, 60.5],
      ['squad', 84.1, 90.9],
    ])
    for (const { bertLarge, previousBest, gain } of paperTasks) {
      expect(bertLarge - previousBest).toBeCloseTo(gain, 6)
    }
  })

  it('is guessed from file names, and from columns, head and labels', () => {
    expect(guess({ data: { train: 'glue/SST-2/train.tsv' } })).toBe('sst2')
    expect(guess({ data: { train: '../cola/train.tsv' } })).toBe('cola')
    expect(guess({ data: { train: 'a.tsv', textColumn: 'sentence' } })).toBe('sst2')
    expect(guess({ head: 'qa', data: { train: 'dev-v1.1.json' } })).toBe('squad')
    expect(
      guess({ head: 'pair', data: { train: 'a.tsv' } }, ['neutral', 'entailment', 'contradiction']),
    ).toBe('mnli')
  })

  it('is not guessed where nothing speaks for it', () => {
    expect(guess({ data: { train: 'chocolate.tsv' } })).toBeUndefined()
    expect(guess({ head: 'token', data: { train: 'sst2.conll' } })).toBeUndefined()
    expect(guess({ data: { train: 'sst2/train.tsv' }, regression: true })).toBeUndefined()
    expect(
      guess({ head: 'pair', data: { train: 'a.tsv' } }, ['entailment', 'not_entailment']),
    ).toBeUndefined()
  })

  it('says where sizes differ', () => {
    const task = paperTasks[1]
    if (!task) throw new Error('no task')
    const small = { ...run({}), trainExamples: 5000, devExamples: 872, parameters: 22_700_000 }
    expect(differencesFromPaper(task, small)).toEqual([
      'Trained here on 5,000 of 67,349 examples (7 %).',
      'The model here has 23 million parameters; BERT-Large has 340 (15 times as many).',
    ])
  })
})
