import fs from 'node:fs'
import path from 'node:path'

/** Path of a file of the samples, as `pairs/train.tsv`. */
export const sampleFile = (name: string): string =>
  path.join(import.meta.dirname, '../../samples', name)

/** Rows of a tab-separated sample, without its header. */
export const readSampleRows = (name: string): string[][] =>
  fs
    .readFileSync(sampleFile(name), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))

export const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}

export const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? []

/** Words that stay in a frame; every word of content is masked, as "the _ was _ and _". */
const frameWords = new Set(
  'a an and are as at be been but by for from had has have i in is it its my no not of on or our so that the their there they this to was we were which with you your'.split(
    ' ',
  ),
)

/** The template a text was made from, if it was made from one. */
export const frame = (text: string): string =>
  words(text)
    .map((word) => (frameWords.has(word) ? word : '_'))
    .join(' ')

export const counts = (items: readonly string[]): Map<string, number> => {
  const counted = new Map<string, number>()
  for (const item of items) counted.set(item, (counted.get(item) ?? 0) + 1)
  return counted
}

export interface Features {
  readonly features: readonly string[]
  readonly label: string
}

/** Accuracy of multinomial naive Bayes with add-one smoothing: the best of a dozen bag-of-words baselines. */
export const naiveBayesAccuracy = (
  train: readonly Features[],
  dev: readonly Features[],
): number => {
  const labels = [...new Set(train.map(({ label }) => label))].sort()
  const classes = labels.map((label) => {
    const rows = train.filter((row) => row.label === label)
    const counted = counts(rows.flatMap(({ features }) => features))
    const total = [...counted.values()].reduce((sum, n) => sum + n, 0)
    return { label, counted, total, prior: Math.log(rows.length / train.length) }
  })
  const vocabulary = new Set(train.flatMap(({ features }) => features)).size
  const predict = (features: readonly string[]): string | undefined => {
    const scored = classes.map(({ label, counted, total, prior }) => ({
      label,
      score: features.reduce(
        (sum, feature) => sum + Math.log(((counted.get(feature) ?? 0) + 1) / (total + vocabulary)),
        prior,
      ),
    }))
    return scored.sort((a, b) => b.score - a.score)[0]?.label
  }
  return dev.filter(({ features, label }) => predict(features) === label).length / dev.length
}
