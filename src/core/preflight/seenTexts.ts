/** Where a text stood first. */
export interface Seen {
  /** Number of its file, from 0. */
  readonly part: number
  readonly line: number
  /** It had the same label there. */
  readonly sameTarget: boolean
}

const smallest = 1 << 12
const wordsPerSlot = 4
const partBits = 2

/**
 * Remembers texts by a 64-bit hash in 16 bytes each, so that files of millions of rows can be looked
 * through for duplicates. Two texts of eight million share a hash with a chance of 2e-6.
 */
export class SeenTexts {
  private slots: Uint32Array
  private size = 0

  /** @param most texts that are remembered; later new ones are not (`full`) */
  constructor(private readonly most = 1 << 23) {
    this.slots = new Uint32Array(smallest * wordsPerSlot)
  }

  get full(): boolean {
    return this.size >= this.most
  }

  /** @param line from 1 @returns where the text was before; undefined where it is new */
  add(text: string, target: string, part: number, line: number): Seen | undefined {
    const [high, low] = hash64(text)
    const targetBits = hash64(target)[1] << partBits
    const at = this.find(high, low)
    if (this.slots[at + 2] !== 0) {
      const packed = this.slots[at + 3] as number
      return {
        part: packed & ((1 << partBits) - 1),
        line: this.slots[at + 2] as number,
        sameTarget: packed >>> partBits === (targetBits >>> 0) >>> partBits,
      }
    }
    if (this.full) return undefined
    this.slots.set([high, low, line, targetBits | part], at)
    this.size++
    if (this.size * wordsPerSlot * 2 > this.slots.length) this.grow()
    return undefined
  }

  /** The slot of a hash, or the free one where it belongs. A line of 0 marks a free slot. */
  private find(high: number, low: number): number {
    const { slots } = this
    const mask = slots.length / wordsPerSlot - 1
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const at = slot * wordsPerSlot
      if (slots[at + 2] === 0 || (slots[at] === high && slots[at + 1] === low)) return at
    }
  }

  private grow(): void {
    const old = this.slots
    this.slots = new Uint32Array(old.length * 2)
    for (let at = 0; at < old.length; at += wordsPerSlot) {
      if (old[at + 2] === 0) continue
      const to = this.find(old[at] as number, old[at + 1] as number)
      this.slots.set(old.subarray(at, at + wordsPerSlot), to)
    }
  }
}

/** cyrb53's two halves, whole (github.com/bryc/code, public domain). */
const hash64 = (text: string): [high: number, low: number] => {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    high = Math.imul(high ^ unit, 2654435761)
    low = Math.imul(low ^ unit, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return [high >>> 0, low >>> 0]
}
