/**
 * Offsets in code points, as Python counts, for a text that JavaScript counts in UTF-16 units. A
 * text without characters beyond U+FFFF has one count for both.
 */
export class CodePoints {
  /** UTF-16 offsets of the second halves of surrogate pairs, in order. */
  private readonly halves: number[] = []

  constructor(text: string) {
    for (const { index } of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) {
      this.halves.push(index + 1)
    }
  }

  /** An offset within a pair becomes that of the pair. */
  fromUtf16(offset: number): number {
    return offset - countBelow(this.halves, (half) => half <= offset)
  }

  toUtf16(offset: number): number {
    return offset + countBelow(this.halves, (half, before) => half - before <= offset)
  }
}

/** How many of the first items pass; those that pass come first. */
const countBelow = (items: readonly number[], passes: (item: number, index: number) => boolean) => {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (passes(items[middle] ?? 0, middle)) low = middle + 1
    else high = middle
  }
  return low
}
