import { overlaps } from './annotation.ts'
import type { Range } from './words.ts'

/**
 * With each range those of the others that overlap it, in one walk along the text.
 *
 * @param ranges, others by their starts
 */
export function* overlapping<R extends Range, O extends Range>(
  ranges: Iterable<R>,
  others: readonly O[],
): Generator<[R, O[]]> {
  let next = 0
  let near: O[] = []
  for (const range of ranges) {
    near = near.filter(({ end }) => end > range.start)
    for (let other = others[next]; other && other.start < range.end; other = others[++next]) {
      if (other.end > range.start) near.push(other)
    }
    yield [range, near.filter((other) => overlaps(range, other))]
  }
}
