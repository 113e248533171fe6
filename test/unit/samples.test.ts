import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

interface Labelled {
  readonly text: string
  readonly label: string
}

const read = (name: string): Labelled[] =>
  fs
    .readFileSync(path.join(import.meta.dirname, '../../samples/sentiment', name), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [text = '', label = ''] = line.split('\t')
      return { text, label }
    })

const train = read('train.tsv')
const dev = read('dev.tsv')
const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? []

/** Texts that share their frame: every word of content masked, as "the _ was _ and _". */
const frameWords = new Set(
  'a an and are as at be been but by for from had has have i in is it its my no not of on or our so that the their there they this to was we were which with you your'.split(
    ' ',
  ),
)
const frame = (text: string): string =>
  words(text)
    .map((word) => (frameWords.has(word) ? word : '_'))
    .join(' ')

const counts = (items: readonly string[]): Map<string, number> => {
  const counted = new Map<string, number>()
  for (const item of items) counted.set(item, (counted.get(item) ?? 0) + 1)
  return counted
}

/** Multinomial naive Bayes over words, add-one smoothing: the best of a dozen bag-of-words baselines. */
const naiveBayesAccuracy = (): number => {
  const labels = ['positive', 'negative']
  const counted = labels.map((label) =>
    counts(train.filter((row) => row.label === label).flatMap(({ text }) => words(text))),
  )
  const vocabulary = new Set(counted.flatMap((each) => [...each.keys()])).size
  const totals = counted.map((each) => [...each.values()].reduce((sum, n) => sum + n, 0))
  const score = (text: string, label: number) =>
    words(text).reduce(
      (sum, word) =>
        sum + Math.log(((counted[label]!.get(word) ?? 0) + 1) / (totals[label]! + vocabulary)),
      0,
    )
  const right = dev.filter(
    ({ text, label }) => labels[score(text, 0) > score(text, 1) ? 0 : 1] === label,
  )
  return right.length / dev.length
}

describe('the sentiment sample', () => {
  it('has at least 600 texts to train on, and two balanced classes', () => {
    expect(train.length).toBeGreaterThanOrEqual(600)
    expect(dev.length).toBeGreaterThanOrEqual(150)
    for (const part of [train, dev]) {
      const positive = part.filter(({ label }) => label === 'positive').length / part.length
      expect(positive).toBeGreaterThan(0.45)
      expect(positive).toBeLessThan(0.55)
    }
  })

  it('has no text twice', () => {
    const all = [...train, ...dev].map(({ text }) => words(text).join(' '))
    expect(new Set(all).size).toBe(all.length)
  })

  it('uses no template more than three times, and none in both train and dev', () => {
    const inTrain = counts(train.map(({ text }) => frame(text)))
    const inDev = counts(dev.map(({ text }) => frame(text)))
    for (const [at, count] of inTrain) {
      expect(count, at).toBeLessThanOrEqual(3)
      expect(inDev.has(at), at).toBe(false)
    }
    const opening = ({ text }: Labelled) => words(text).slice(0, 4).join(' ')
    const openings = counts([...train, ...dev].map(opening))
    expect(Math.max(...openings.values())).toBeLessThanOrEqual(3)
  })

  // The fine-tune reaches 0.86 to 0.90 (samples/sentiment/README.md).
  it('is not to be had with a bag of words', () => {
    expect(naiveBayesAccuracy()).toBeLessThan(0.76)
  })
})
