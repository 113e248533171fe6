import { describe, expect, it } from 'vitest'
import { hasBf16 } from './processor.ts'

const linux = (text: string) => hasBf16('linux', () => text)

describe('bfloat16 in the processor', () => {
  it('is read from the flags, whole words', () => {
    expect(linux('processor : 0\nflags\t\t: fpu avx512_bf16 sse\n')).toBe(true)
    expect(linux('flags : fpu amx_bf16\n')).toBe(true)
    expect(linux('Features\t: fp asimd bf16 i8mm\n')).toBe(true)
    expect(linux('flags : fpu avx512f avx512_bf16x\n')).toBe(false)
    expect(linux('')).toBe(false)
  })

  it('is not assumed where it cannot be read', () => {
    expect(hasBf16('darwin', () => 'flags : avx512_bf16')).toBe(false)
  })
})
