import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitSize, type SizeExpression } from './sizes.ts'

const sizes = [
  { batch: 2, length: 3 },
  { batch: 5, length: 7 },
  { batch: 11, length: 13 },
]
const evaluated = ({ offset, factor, dimensions }: SizeExpression, at: Record<string, number>) =>
  offset + factor * dimensions.reduce((product, name) => product * at[name]!, 1)

describe('fitSize', () => {
  it('finds back how a number was made from the sizes', () => {
    const dimensions = fc.constantFrom(['batch'], ['length'], ['batch', 'length'])
    fc.assert(
      fc.property(
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: -1000, max: 1000 }).filter((factor) => factor !== 0),
        dimensions,
        (offset, factor, names) => {
          const made = { offset, factor, dimensions: names }
          const seen = sizes.map((at) => evaluated(made, at))
          expect(fitSize(seen, sizes)).toEqual(made)
        },
      ),
    )
  })

  it('takes a number that stays for a constant', () => {
    expect(fitSize([-1, -1, -1], sizes)).toEqual({ offset: -1, factor: 0, dimensions: [] })
  })

  it('finds nothing where there is nothing to find', () => {
    expect(fitSize([4, 25, 121], sizes)).toBeUndefined()
  })
})
