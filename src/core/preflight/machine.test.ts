import { describe, expect, it } from 'vitest'
import type { BertConfig } from '../model/bertConfig.ts'
import { activationBytes, modelBytes } from '../model/trainingMemory.ts'
import { describeMachine, memoryFindings, memoryNeeded, type StepSize } from './machine.ts'
import type { Preflight } from './preflight.ts'

const shape = (layers: number, hiddenSize: number) =>
  ({ layers, hiddenSize, intermediateSize: 4 * hiddenSize, heads: 12 }) as BertConfig
const miniLm = { config: shape(6, 384), parameters: 22_713_216 }
const bertBase = { config: shape(12, 768), parameters: 109_482_240 }

describe('the memory that training takes', () => {
  /** Peaks of processes in docs/performance.md, and of runs. */
  it.each([
    ['SST-2, 32 × 64', 'bf16', miniLm, 32, 64, 1.55e9],
    ['MiniLM 32 × 128', 'bf16', miniLm, 32, 128, 1.58e9],
    ['SQuAD, 16 × 256', 'bf16', miniLm, 16, 256, 2.0e9],
    ['BERT-Base 16 × 64', 'bf16', bertBase, 16, 64, 3.37e9],
    ['MiniLM 32 × 128', 'fp32', miniLm, 32, 128, 2.08e9],
    ['MiniLM 16 × 256', 'fp32', miniLm, 16, 256, 2.53e9],
    ['BERT-Base 16 × 64', 'fp32', bertBase, 16, 64, 3.44e9],
  ] as const)(
    'is near what was measured: %s, %s',
    (_, precision, model, batchSize, length, peak) => {
      const activations = activationBytes(model.config, batchSize, length, precision)
      const bytes = modelBytes(model.parameters) + activations
      expect(Math.abs(bytes / peak - 1)).toBeLessThan(0.2)
    },
  )

  const needed = (longest: number, free: number, more: Partial<StepSize> = {}) => {
    const files = [{ part: 'train', lengths: { longest } }]
    const precision = 'fp32' as const
    const step = { batchSize: 32, maxLength: 128, gradientAccumulation: 1, precision, ...more }
    const small = { ...step, batchSize: 16, maxLength: 64 }
    return memoryNeeded({ files } as unknown as Preflight, miniLm, [small, step], free)
  }

  it('counts texts no longer than they are, nor than what is kept of them', () => {
    expect(needed(5000, 1).needed).toBe(needed(128, 1).needed)
    expect(needed(40, 1).needed).toBeLessThan(needed(128, 1).needed)
    expect(needed(0, 1).needed).toBe(needed(0, 1).least)
  })

  it('is that of the largest step, and of a part of it where it is taken in parts', () => {
    expect(needed(128, 1, { batchSize: 64 }).needed).toBeGreaterThan(needed(128, 1).needed)
    expect(needed(128, 1, { batchSize: 64, gradientAccumulation: 2 })).toEqual(needed(128, 1))
  })

  it('is told of only where it is short', () => {
    expect(memoryFindings(null)).toEqual([])
    expect(memoryFindings(needed(128, 8e9))).toEqual([])
    expect(memoryFindings(needed(128, 2e9))).toMatchObject([
      { severity: 'note', kind: 'memory', message: expect.stringMatching(/2\.0 GB are free/) },
    ])
    expect(memoryFindings(needed(128, 1e9))).toMatchObject([
      { severity: 'warning', message: expect.stringMatching(/smaller model/) },
    ])
  })

  it('is said with the backend', () => {
    const report = { backend: 'tensorflow', precision: 'bf16' } as const
    expect(describeMachine({ ...report, memory: needed(128, 12e9) })).toMatch(
      /^tensorflow, bf16, about 2\.\d GB of memory \(12\.0 GB are free\)$/,
    )
    expect(describeMachine({ backend: 'wasm', precision: 'fp32', memory: null })).toBe('wasm, fp32')
  })
})
