import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runRecord, writeSweepOf } from '../../../test/support/runRecords.ts'
import { layout, readSweep, writeSweep } from '../runs/store.ts'
import { workLeft } from './workLeft.ts'

let store: string
let sweepDir: string
beforeEach(() => {
  store = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-work-left-'))
  sweepDir = writeSweepOf(store, [runRecord({ state: 'done', metrics: { accuracy: 0.8 } })])
})
afterEach(() => fs.rmSync(store, { recursive: true, force: true }))

it('is nothing where all is trained and there are no test data', () => {
  expect(workLeft({ sweepDir, open: [] })).toEqual({ kind: 'nothing', runs: [] })
})

it('is the score where the test data are new, or others by now', () => {
  const sweep = readSweep(sweepDir)
  const data = { ...sweep.experiment.data, test: 'test.tsv' }
  const withTest = { ...sweep, experiment: { ...sweep.experiment, data } }
  const run = layout.run(sweepDir, 'r1')
  writeSweep(sweepDir, { ...withTest, checksums: { 'data/test': 'now' } })
  expect(workLeft({ sweepDir, open: [] })).toEqual({ kind: 'score', runs: [run] })
  const test = { run: 'r1', metrics: { accuracy: 0.8 }, time: 1, checksum: 'now' }
  writeSweep(sweepDir, { ...withTest, checksums: { 'data/test': 'now' }, test })
  expect(workLeft({ sweepDir, open: [] })).toEqual({ kind: 'nothing', runs: [] })
  writeSweep(sweepDir, { ...withTest, checksums: { 'data/test': 'later' }, test })
  expect(workLeft({ sweepDir, open: [] })).toEqual({ kind: 'score', runs: [run] })
})

it('is the training of what is open, whatever the test data say', () => {
  expect(workLeft({ sweepDir, open: ['a'] })).toEqual({ kind: 'train', runs: ['a'] })
})
