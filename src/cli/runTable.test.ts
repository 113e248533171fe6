import { describe, expect, it } from 'vitest'
import { runRecord } from '../../test/support/runRecords.ts'
import type { RunRecord } from '../core/runs/records.ts'
import { exitCodeOf, resultTable } from './runTable.ts'

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

describe('a run’s result', () => {
  const lines = (selectionMetric: 'entityF1' | 'exactMatch', score: number) => {
    const record = runRecord({ id: 'r1', cell: 'c1' })
    const metrics = { [selectionMetric]: score, loss: 0.5 }
    const run = { ...record, metrics, config: { ...record.config, selectionMetric } }
    return resultTable(run, '/runs/r1', metrics)
  }

  it('says what ranks it, of every head, on dev and on test', () => {
    expect(lines('entityF1', 0.812)).toMatch(/^entity F1 \* +81\.2\n/m)
    expect(lines('exactMatch', 0.7)).toMatch(/^exact match \* +70\.0\n/m)
    expect(lines('entityF1', 0.812)).toMatch(/^test entity F1 +81\.2\n/m)
  })
})
