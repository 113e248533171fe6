import { describe, expect, it } from 'vitest'
import type { RunRecord } from '../core/runs/records.ts'
import { exitCodeOf } from './runTable.ts'

const codeOf = (...states: RunRecord['state'][]) =>
  exitCodeOf(states.map((state) => ({ state }) as RunRecord))

describe('the exit code', () => {
  it('is 130 only where something was stopped', () => {
    expect(codeOf('done', 'stopped', 'queued')).toBe(130)
    expect(codeOf('queued'), 'its trainer ended before it began').toBe(1)
    expect(codeOf('stopped', 'failed')).toBe(1)
    expect(codeOf('done')).toBe(0)
  })
})
