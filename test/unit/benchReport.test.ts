import { describe, expect, it } from 'vitest'
import { type Outcome, pairOf, speedRatio } from '../bench/outcome.ts'
import { reportOf } from '../bench/report.ts'
import { withReport } from '../bench/section.ts'

const outcome: Outcome = {
  id: 'train-minilm-32x128-fp32',
  title: 'training step, MiniLM 32 × 128, fp32, against PyTorch fp32',
  date: '2026-11-23T12:00:00.000Z',
  fingerprint: 'f',
  machine: { processor: 'a processor', cores: 2, memoryMB: 25_000 },
  versions: { torch: '1' },
  notes: '2 threads',
  busy: 0.01,
  pairs: [
    { headway: 10, peer: 13 },
    { headway: 10, peer: 11 },
    { headway: 10, peer: 12 },
  ],
  headwayMs: 320,
  peerMs: 384,
  headwayMemoryMB: 2000,
  peerMemoryMB: 2000,
  recordingMs: 1000,
  firstStepMs: 500,
  gflopsPerSecond: 80,
  productGflopsPerSecond: 160,
  wanted: 1.2,
  wantedMemory: 0.9,
}

describe('the comparison', () => {
  it('takes the median of steps of one shape, and the whole time of an epoch', () => {
    const headway = { ms: [10, 10, 70], examples: 30, losses: [], cpuMs: 90 }
    const peer = { ms: [20, 20], examples: 20, losses: [], cpuMs: 40 }
    expect(pairOf(headway, peer, true)).toEqual({ headway: 1, peer: 2 })
    expect(pairOf(headway, peer, false)).toEqual({ headway: 3, peer: 2 })
  })

  it('says how many times faster, pair by pair', () => {
    expect(speedRatio(outcome.pairs)).toEqual({ median: 1.2, lowest: 1.1, highest: 1.3 })
  })

  it('judges speed and memory by what was wanted', () => {
    const lines = reportOf([outcome]).split('\n')
    expect(lines.find((line) => line.includes('1.20 × ✓'))).toContain('(1.10 × to 1.30 ×)')
    expect(lines.find((line) => line.includes('≤ 0.9 ✗'))).toContain('1.00')
    expect(lines.find((line) => line.includes('50 %'))).toContain('MiniLM 32 × 128, fp32')
  })

  it('keeps what was measured on one processor from what was on another', () => {
    const later = {
      ...outcome,
      date: '2026-11-29T12:00:00.000Z',
      machine: { ...outcome.machine, processor: 'another' },
      pairs: [{ headway: 10, peer: 9 }],
    }
    const report = reportOf([outcome, later])
    expect(report.match(/^### .*$/gm)).toEqual(['### another', '### a processor'])
    expect(report.match(/\*\*\d\.\d+ ×\*\*/g)).toEqual(['**0.900 ×**', '**1.20 ×**'])
  })

  it('replaces only what it wrote before', () => {
    const once = withReport('# Title\n\nWords.\n', 'old')
    const twice = withReport(`${once}\nMore words.\n`, 'new')
    expect(twice).toContain('new')
    expect(twice).not.toContain('old')
    expect(twice.startsWith('# Title\n\nWords.\n')).toBe(true)
    expect(twice.endsWith('More words.\n')).toBe(true)
  })
})
