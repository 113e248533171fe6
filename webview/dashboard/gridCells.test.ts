import { describe, expect, it } from 'vitest'
import { fitsQuery } from './gridCells.ts'
import { filterValue } from './words.ts'

const parameters = {
  learningRate: 1.23456e-5,
  batchSize: 16,
  epochs: 3,
  maxLength: 128,
  weightDecay: 0.01,
  warmup: 0.1,
  dropout: 0.1,
}

describe('a cell fits the filter', () => {
  it.each([
    ['', true],
    ['batch=16 accuracy>90 calm', true],
    ['batch=32', false],
    ['epochs>=3 lr<2e-5', true],
    ['epochs>3', false],
    ['lr=1e-5..2e-5', true],
    // Not understood, so nothing is filtered by it.
    ['batch=x', true],
  ])('%s: %s', (query, fits) => {
    expect(fitsQuery({ parameters }, query)).toBe(fits)
  })

  it('that a click on it writes, also of a rate with many digits', () => {
    const query = `lr=${filterValue('learningRate', parameters.learningRate)}`
    expect(fitsQuery({ parameters }, query)).toBe(true)
    expect(filterValue('learningRate', 5e-5)).toBe('5e-5')
  })
})
