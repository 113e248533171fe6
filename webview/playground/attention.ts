import type { Trace } from '../../src/core/protocol/trace.ts'

/** A piece that another takes from, and how much: a share of one. */
export interface Source {
  readonly piece: number
  readonly share: number
}

/** The attention of a trace: of one head, or the mean over a layer's heads. */
export class Attention {
  private readonly bytes: Uint8Array
  private readonly pieces: number
  private readonly heads: number
  private readonly means = new Map<number, Float32Array>()

  constructor(trace: Pick<Trace, 'attention' | 'pieces' | 'heads'>) {
    this.bytes = Uint8Array.from(atob(trace.attention), (sign) => sign.charCodeAt(0))
    this.pieces = trace.pieces.length
    this.heads = trace.heads
  }

  /** @returns shares [to · pieces + from]; @param head undefined: the mean over all */
  layer(layer: number, head: number | undefined): Float32Array {
    const size = this.pieces ** 2
    const start = layer * this.heads * size
    if (head !== undefined) {
      const from = start + head * size
      return Float32Array.from(this.bytes.subarray(from, from + size), (byte) => byte / 255)
    }
    const known = this.means.get(layer)
    if (known) return known
    const mean = new Float32Array(size)
    for (let at = 0; at < this.heads * size; at++) {
      mean[at % size]! += this.bytes[start + at]! / (255 * this.heads)
    }
    this.means.set(layer, mean)
    return mean
  }

  /** What a piece takes from, most first. */
  sources(layer: number, head: number | undefined, to: number): Source[] {
    const row = this.layer(layer, head).subarray(to * this.pieces, (to + 1) * this.pieces)
    return Array.from(row, (share, piece) => ({ piece, share })).sort((a, b) => b.share - a.share)
  }
}
