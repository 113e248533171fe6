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
  /** Peaks of processes and runs in docs/performance.md, and of those that made docs/results.md. */
  it.each([
    ['CoLA, 32 × 48', miniLm, 32, 48, 1.65e9],
    ['MiniLM 32 × 128', miniLm, 32, 128, 2.28e9],
    ['CoNLL-2003, 32 × 128', miniLm, 32, 128, 2.42e9],
    ['SQuAD, 16 × 256', miniLm, 16, 256, 2.85e9],
    ['BERT-Base 16 × 64', bertBase, 16, 64, 3.58e9],
  ] as const)('is near what was measured: %s', (_, model, batchSize, length, measured) => {
    const bytes = modelBytes(model.parameters) + activationBytes(model.config, batchSize, length)
    expect(Math.abs(bytes / measured - 1)).toBeLessThan(0.2)
  })

  const needed = (longest: number, free: number, more: Partial<StepSize> = {}) => {
    const files = [{ part: 'train', lengths: { longest } }]
    const step = { batchSize: 32, maxLength: 128, gradientAccumulation: 1, ...more }
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
