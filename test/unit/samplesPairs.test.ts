import { describe, expect, it } from 'vitest'
import { counts, frame, naiveBayesAccuracy, readSampleRows, words } from '../support/sampleTexts.ts'

interface Pair {
  readonly first: string
  readonly second: string
  readonly label: string
}

const read = (name: string): Pair[] =>
  readSampleRows(`pairs/${name}`).map(([first = '', second = '', label = '']) => ({
    first,
    second,
    label,
  }))

const train = read('train.tsv')
const dev = read('dev.tsv')
const textsOf = (pairs: readonly Pair[]): string[] => [
  ...new Set(pairs.flatMap(({ first, second }) => [first, second])),
]

/** What a model that cannot compare sees: words that stand in both texts count as another feature. */
const withShared = ({ first, second, label }: Pair) => {
  const [one, other] = [words(first), words(second)]
  const both = new Set(one.filter((word) => other.includes(word)))
  return {
    features: [...one, ...other].map((word) => (both.has(word) ? `${word} twice` : word)),
    label,
  }
}

describe('the pairs sample', () => {
  it('has at least 500 pairs in three balanced classes', () => {
    expect(train.length + dev.length).toBeGreaterThanOrEqual(500)
    expect(dev.length).toBeGreaterThanOrEqual(120)
    for (const part of [train, dev]) {
      const byLabel = counts(part.map(({ label }) => label))
      expect([...byLabel.keys()].sort()).toEqual(['different', 'related', 'same'])
      for (const count of byLabel.values()) expect(count).toBe(part.length / 3)
    }
  })

  it('has no pair twice and no text in both train and dev', () => {
    const keys = [...train, ...dev].map(({ first, second }) => [first, second].sort().join('\t'))
    expect(new Set(keys).size).toBe(keys.length)
    const inTrain = new Set(textsOf(train).map((text) => words(text).join(' ')))
    expect(textsOf(dev).filter((text) => inTrain.has(words(text).join(' ')))).toEqual([])
  })

  it('uses no template more than three times', () => {
    for (const [at, count] of counts(textsOf([...train, ...dev]).map(frame))) {
      expect(count, at).toBeLessThanOrEqual(3)
    }
  })

  // The fine-tune's figure is in samples/pairs/README.md.
  it('is not to be had with a bag of words, one text alone, or the words in common', () => {
    const bag = ({ first, second, label }: Pair) => ({
      features: [...words(first), ...words(second)],
      label,
    })
    const alone = (side: 'first' | 'second') => (pair: Pair) => ({
      features: words(pair[side]),
      label: pair.label,
    })
    for (const features of [bag, alone('first'), alone('second'), withShared]) {
      expect(naiveBayesAccuracy(train.map(features), dev.map(features))).toBeLessThan(0.6)
    }
  })
})
