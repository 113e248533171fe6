import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { ExperimentSchema } from '../../core/experiment/schema.ts'
import {
  defaultHyperparameters,
  experimentOf,
  headsFor,
  isLikelyDev,
  lastFirst,
  nameFor,
  parseHyperparameter,
  rankDevFiles,
  rankTrainFiles,
} from './choices.ts'

describe('the wizard', () => {
  const draft = {
    head: 'sentence',
    train: 'reviews/train.tsv',
    dev: 'split',
    textColumn: 'text',
    labelColumn: 1,
    model: 'some/model',
    hyperparameters: defaultHyperparameters,
  } as const

  it('makes a valid experiment of its answers', () => {
    const experiment = experimentOf(draft)
    expect(Value.Check(ExperimentSchema, experiment)).toBe(true)
    expect(experiment?.data).toEqual({
      train: 'reviews/train.tsv',
      devSplit: 0.1,
      textColumn: 'text',
      labelColumn: 1,
    })
  })

  it('makes none while an answer is missing', () => {
    const { model: _, ...rest } = draft
    expect(experimentOf(rest)).toBeUndefined()
  })

  it('makes the paper’s grid, a regression, and heads without columns', () => {
    const grid = experimentOf({
      ...draft,
      head: 'pair',
      textPairColumn: 2,
      plan: 'grid',
      regression: true,
    })
    expect(Value.Check(ExperimentSchema, grid)).toBe(true)
    expect(grid).toMatchObject({ grid: 'paper', regression: true, data: { textPairColumn: 2 } })
    expect(grid).not.toHaveProperty('learningRate')
    const tokens = experimentOf({ ...draft, head: 'token', regression: true })
    expect(tokens?.data).toEqual({ train: 'reviews/train.tsv', devSplit: 0.1 })
    expect(tokens).not.toHaveProperty('regression')
  })

  it('offers the guessed head first', () => {
    expect(headsFor('token').map(({ head }) => head)).toEqual(['token', 'sentence', 'pair', 'qa'])
    expect(headsFor(undefined)).toHaveLength(4)
  })

  it('offers the dev file beside the training file first', () => {
    const files = ['a/train.tsv', 'b/dev.tsv', 'a/test.tsv', 'a/dev.tsv', 'a/labels.tsv']
    expect(rankDevFiles(files, 'a/train.tsv')).toEqual([
      'a/dev.tsv',
      'a/test.tsv',
      'a/labels.tsv',
      'b/dev.tsv',
    ])
  })

  it('takes for dev data what lies beside the training data, is of its kind and is named so', () => {
    const likely = (file: string) => isLikelyDev(file, 'a/train.tsv')
    expect(['a/dev.tsv', 'a/Validation.TSV'].filter(likely)).toHaveLength(2)
    expect(['b/dev.tsv', 'a/dev.conll', 'a/test.tsv', 'a/b/dev.tsv'].filter(likely)).toEqual([])
    expect(isLikelyDev('valid.jsonl', 'train.jsonl')).toBe(true)
    expect(rankDevFiles(['a/dev.conll', 'a/dev.tsv', 'b/dev.tsv'], 'a/train.tsv')[0]).toBe(
      'a/dev.tsv',
    )
  })

  it('offers training files before the others', () => {
    expect(rankTrainFiles(['dev.tsv', 'x.csv', 'train.tsv'])).toEqual([
      'train.tsv',
      'x.csv',
      'dev.tsv',
    ])
  })

  it('names a sweep by its folder, or by its file where the file says more', () => {
    expect(nameFor('reviews/train.tsv')).toBe('reviews')
    expect(nameFor('train.tsv')).toBe('train')
    expect(nameFor('data/intents.csv')).toBe('intents')
    expect(nameFor('hub:nyu-mll/glue/mrpc:train')).toBe('mrpc')
  })

  it('puts the last choice first and keeps the rest in order', () => {
    expect(lastFirst([1, 2, 3], (value) => value === 3)).toEqual([3, 1, 2])
  })

  it.each([
    ['learningRate', '3e-5', 3e-5],
    ['batchSize', ' 24 ', 24],
    ['epochs', '2.5', 'Type a whole number.'],
    ['epochs', '0', 'Type a number above 0.'],
    ['epochs', '', 'Type a number above 0.'],
    ['learningRate', '5', 'A learning rate is at most 1.'],
    ['batchSize', '99999', 'At most 4096.'],
  ] as const)('reads %s %j as %j', (name, text, expected) => {
    expect(parseHyperparameter(name, text)).toBe(expected)
  })
})
