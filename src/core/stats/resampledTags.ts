import type { SpanCounts, TagSequences } from '../metrics/spanF1.ts'
import { eachOnce, type ResampledMetric } from './resampledMetric.ts'

/** Words counted by tag, where the tags are a class for each word. */
export const tagCounts = (gold: TagSequences, predicted: TagSequences): Map<string, SpanCounts> => {
  const counts = new Map<string, { hits: number; predicted: number; gold: number }>()
  const countOf = (tag: string) => {
    const known = counts.get(tag) ?? { hits: 0, predicted: 0, gold: 0 }
    counts.set(tag, known)
    return known
  }
  for (const [sentence, tags] of gold.entries()) {
    for (const [word, tag] of tags.entries()) {
      const guess = predicted[sentence]?.[word] ?? ''
      countOf(tag).gold++
      countOf(guess).predicted++
      if (tag === guess) countOf(tag).hits++
    }
  }
  return counts
}

/** Of one type in one sentence; F1 is 2 hits / both. */
interface TypeCounts {
  readonly type: number
  readonly hits: number
  /** Gold and predicted ones together. */
  readonly both: number
}

/**
 * Mean F1 over the entity types (or tags) that occur in gold or predictions; null where none does.
 * @param sentences each one's counts by type
 */
export const macroTagF1Metric = (
  sentences: readonly ReadonlyMap<string, SpanCounts>[],
): ResampledMetric => {
  const places = new Map<string, number>()
  const units = sentences.map((counts) =>
    [...counts].map(([type, { hits, predicted, gold }]): TypeCounts => {
      const place = places.get(type) ?? places.size
      places.set(type, place)
      return { type: place, hits, both: gold + predicted }
    }),
  )
  const sumUp = (counts: Uint16Array) => {
    const hits = new Float64Array(places.size)
    const both = new Float64Array(places.size)
    for (let unit = 0; unit < counts.length; unit++) {
      const count = counts[unit]!
      for (const each of units[unit]!) {
        hits[each.type]! += count * each.hits
        both[each.type]! += count * each.both
      }
    }
    return { hits, both }
  }
  return {
    units: units.length,
    score: (counts) => {
      const { hits, both } = sumUp(counts)
      const occurring = both.reduce((sum, each) => sum + (each > 0 ? 1 : 0), 0)
      const total = hits.reduce((sum, each, type) => sum + (each && (2 * each) / both[type]!), 0)
      return occurring === 0 ? null : total / occurring
    },
    influence: () => {
      const { hits, both } = sumUp(eachOnce(units.length))
      const scale = units.length / Math.max(1, places.size)
      // Every type occurs already: one more sentence moves only its own types' F1.
      const change = ({ type, hits: more, both: size }: TypeCounts) =>
        (2 * (hits[type]! + more)) / (both[type]! + size) - (2 * hits[type]!) / both[type]!
      return Float64Array.from(units, (types) =>
        types.reduce((sum, each) => sum + scale * change(each), 0),
      )
    },
  }
}
