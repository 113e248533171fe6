import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runConfig } from '../../../test/support/runConfig.ts'
import { runRecord, writeSweepOf } from '../../../test/support/runRecords.ts'
import { noMarks } from './markOf.ts'
import { deleteWeights, losers } from './pruneWeights.ts'
import type { RunRecord, SweepRecord } from './records.ts'
import { layout, readRun, readSweep, writeRun, writeSweep } from './store.ts'
import { runsOfSweep, testChoice, unscoredChoice } from './sweepEnd.ts'

let store: string
beforeEach(() => {
  store = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-sweep-end-'))
})
afterEach(() => fs.rmSync(store, { recursive: true, force: true }))

const done = (id: string, cell: string, accuracy: number, more: Partial<RunRecord> = {}) =>
  runRecord({
    ...{ id, cell, state: 'done', metrics: { accuracy } },
    config: runConfig(),
    checksums: { 'data/train': 't', 'data/dev': 'd' },
    ...more,
  })
const deleted = { weightsDeleted: true }
const otherModel = { checksums: { 'data/train': 't', 'data/dev': 'd', 'model/vocab.txt': 'x' } }

const sweepOf = (runs: readonly RunRecord[], change: Partial<SweepRecord> = {}): string => {
  const dir = writeSweepOf(store, runs)
  const sweep = readSweep(dir)
  const data = { train: 'train.tsv', test: 'test.tsv' }
  writeSweep(dir, {
    ...sweep,
    experiment: { ...sweep.experiment, data },
    checksums: { 'data/test': 'now' },
    ...change,
  })
  return dir
}
const chosenOf = (runs: readonly RunRecord[], change: Partial<SweepRecord> = {}) =>
  unscoredChoice(sweepOf(runs, change))?.record.id

describe('the run that is scored on the test data', () => {
  const runs = [done('a1', 'a', 0.8), done('a2', 'a', 0.86), done('b1', 'b', 0.84)]
  const scored = (run: string, checksum = 'now') => ({
    test: { run, metrics: { accuracy: 0.8 }, time: 1, checksum },
  })

  it('is the best of the best cell, once all runs are over', () => {
    expect(chosenOf(runs)).toBe('b1')
    expect(chosenOf(runs.slice(0, 2))).toBe('a2')
    expect(chosenOf([...runs, done('b2', 'b', 0.99, { state: 'queued' })])).toBeUndefined()
    expect(chosenOf([...runs, done('b2', 'b', 0.99, { state: 'failed' })])).toBe('b1')
  })

  it('is none without test data', () => {
    const experiment = { head: 'sentence', data: { train: 'train.tsv' } } as const
    expect(chosenOf(runs, { experiment })).toBeUndefined()
  })

  it('is scored once, and again where the test data or the best cell are others', () => {
    expect(chosenOf(runs, scored('b1'))).toBeUndefined()
    expect(chosenOf(runs, scored('b1', 'before'))).toBe('b1')
    expect(chosenOf(runs, scored('a2'))).toBe('b1')
    // A seed that came later: its cell was scored.
    expect(chosenOf([...runs, done('b2', 'b', 0.9)], scored('b1'))).toBeUndefined()
  })

  it('has its weights; where no run of the cell has them, that is said', () => {
    const more = [...runs, done('b2', 'b', 0.9, deleted)]
    expect(chosenOf(more)).toBe('b1')
    const gone = sweepOf([...runs.slice(0, 2), done('b1', 'b', 0.84, deleted)])
    expect(unscoredChoice(gone)).toBeUndefined()
    expect(testChoice(gone)).toMatchObject({ kind: 'noWeights', run: { record: { id: 'b1' } } })
  })

  it('is not one that learnt nothing, nor one that cannot be compared', () => {
    const f1 = { config: runConfig({ selectionMetric: 'f1' }) }
    const yes = done('y', 'yes', 0.6, { ...f1, metrics: { f1: 0.8, mcc: 0 } })
    const learnt = done('l', 'learnt', 0.7, { ...f1, metrics: { f1: 0.7, mcc: 0.3 } })
    expect(chosenOf([yes, learnt])).toBe('l')
    // Where all failed, the best of them is what there is.
    expect(chosenOf([yes])).toBe('y')
    expect(chosenOf([...runs, done('o1', 'o', 0.99, otherModel)])).toBe('b1')
  })
})

describe('losers', () => {
  const lost = (runs: readonly RunRecord[], policy: 'best' | 'all' | 'none', marks = noMarks) =>
    losers(runsOfSweep(sweepOf(runs)), marks, policy).map(({ record }) => record.id)
  const runs = [
    done('a1', 'a', 0.9),
    done('a2', 'a', 0.7),
    done('b1', 'b', 0.85),
    done('c1', 'c', 0.6, { state: 'stoppedEarly' }),
    done('d1', 'd', 0.6, { state: 'stopped' }),
    done('e1', 'e', 0.6, deleted),
  ]

  it('are what is over and not of the best cell', () => {
    expect(lost(runs, 'best')).toEqual(['a1', 'a2', 'c1'])
    expect(lost(runs, 'none')).toEqual(['a1', 'a2', 'b1', 'c1'])
    expect(lost(runs, 'all')).toEqual([])
    const marks = { ...noMarks, runs: { a2: { star: true } } }
    expect(lost(runs, 'best', marks)).toEqual(['a1', 'c1'])
  })

  it('are never those of the true best cell, where one that learnt nothing scores higher', () => {
    const config = runConfig({ selectionMetric: 'f1' })
    const yes = done('y', 'yes', 0.6, { config, metrics: { f1: 0.8, mcc: 0 } })
    const learnt = done('l', 'learnt', 0.7, { config, metrics: { f1: 0.7, mcc: 0.3 } })
    expect(lost([yes, learnt], 'best')).toEqual(['y'])
    expect(lost([yes], 'best')).toEqual([])
  })

  it('are told among runs that can be compared', () => {
    const other = [done('o1', 'a', 0.95, otherModel), done('o2', 'b', 0.5, otherModel)]
    expect(lost([...runs.slice(0, 3), ...other], 'best')).toEqual(['a1', 'a2', 'o2'])
  })
})

describe('weights that are deleted', () => {
  const writtenRun = (record: RunRecord): string => {
    const dir = layout.run(sweepOf([record]), record.id)
    fs.mkdirSync(layout.model(dir), { recursive: true })
    return dir
  }

  it('are gone, and the record says so', () => {
    const dir = writtenRun(done('a1', 'a', 0.9))
    deleteWeights(dir)
    expect(readRun(dir).weightsDeleted).toBe(true)
    expect(fs.existsSync(layout.model(dir))).toBe(false)
  })

  it('neither bring a deleted run back nor take those of one that was opened again', () => {
    const gone = writtenRun(done('a1', 'a', 0.9))
    fs.rmSync(gone, { recursive: true })
    deleteWeights(gone)
    expect(fs.existsSync(gone)).toBe(false)
    const record = done('b1', 'b', 0.8)
    const opened = writtenRun(record)
    writeRun(opened, { ...record, state: 'queued' })
    deleteWeights(opened)
    expect(readRun(opened)).toMatchObject({ state: 'queued' })
    expect(readRun(opened).weightsDeleted).toBeUndefined()
    expect(fs.existsSync(layout.model(opened))).toBe(true)
  })
})
