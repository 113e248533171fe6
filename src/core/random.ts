/** A stream of numbers that is a function of seed and name alone. */
export interface Random {
  /** In [0, 1). */
  uniform(): number
  /** Standard normal. */
  normal(): number
  /** Shuffles in place (Fisher–Yates). */
  shuffle<T>(items: T[]): T[]
}

/**
 * For shuffles and the head's first weights. sfc32 (Doty-Humphrey; passes PractRand), seeded by a
 * 128-bit FNV-like hash of seed and stream, so that neighbouring seeds give unrelated streams.
 */
export const seededRandom = (seed: number, stream: string): Random => {
  const next = sfc32(seed, stream)
  const uniform = () => next() / 2 ** 32
  return {
    uniform,
    // Box–Muller; 1 − u is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle: (items) => {
      for (let last = items.length - 1; last > 0; last--) {
        const other = Math.floor(uniform() * (last + 1))
        const item = items[last]!
        items[last] = items[other]!
        items[other] = item
      }
      return items
    },
  }
}

const sfc32 = (seed: number, stream: string): (() => number) => {
  const state = new Uint32Array([0x9e3779b9, 0x243f6a88, 0xb7e15162, 1])
  const text = `${seed}:${stream}`
  for (let i = 0; i < text.length; i++) {
    for (let lane = 0; lane < 3; lane++) {
      state[lane] = Math.imul(state[lane]! ^ (text.charCodeAt(i) + lane), 0x01000193)
    }
  }
  let [a = 0, b = 0, c = 0, counter = 0] = state
  const next = () => {
    const out = (a + b + counter) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + out) | 0
    counter = (counter + 1) | 0
    return out >>> 0
  }
  for (let warm = 0; warm < 15; warm++) next()
  return next
}
