import { describe, expect, it } from 'vitest'
import { activationBytes } from '../core/model/trainingMemory.ts'
import { MicroBatching } from './microBatching.ts'

const miniLm = {
  vocabSize: 30522,
  hiddenSize: 384,
  layers: 6,
  heads: 12,
  intermediateSize: 1536,
  maxPositions: 512,
  typeVocabSize: 2,
  layerNormEps: 1e-12,
  hiddenAct: 'gelu',
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
  initializerRange: 0.02,
} as const

const batching = (asked: number, freeGB: number) => {
  const said: string[] = []
  const of = new MicroBatching(
    miniLm,
    asked,
    (message) => said.push(message),
    () => freeGB * 1e9,
  )
  return { of, said }
}

describe('micro-batching', () => {
  it('leaves a batch whole where there is room, and says nothing', () => {
    const { of, said } = batching(1, 16)
    expect(of.parts(32, 128)).toBe(1)
    expect(said).toEqual([])
  })

  it('does as asked', () => {
    expect(batching(4, 16).of.parts(32, 128)).toBe(4)
    expect(batching(64, 16).of.parts(32, 128)).toBe(32)
  })

  it('makes parts that fit, and says so once', () => {
    const { of, said } = batching(1, 0.5)
    const parts = of.parts(32, 128)
    expect(activationBytes(miniLm, 32 / parts, 128, 'fp32')).toBeLessThanOrEqual(0.4e9)
    expect(activationBytes(miniLm, 64 / parts, 128, 'fp32')).toBeGreaterThan(0.4e9)
    of.parts(32, 128)
    expect(said).toHaveLength(1)
  })

  it('halves the parts after memory ran out, down to single examples', () => {
    const { of } = batching(1, 16)
    const oom = new Error(
      'Session fail to run with error: OOM when allocating tensor of shape [32]',
    )
    expect(of.shrinkAfter(new Error('Incompatible shapes'), 4, 128)).toBe(false)
    expect(of.shrinkAfter(oom, 4, 128)).toBe(true)
    expect(of.parts(4, 128)).toBe(2)
    expect(of.shrinkAfter(oom, 4, 128)).toBe(true)
    expect(of.parts(4, 128)).toBe(4)
    expect(() => of.shrinkAfter(oom, 4, 128)).toThrow(/single example/)
  })
})
