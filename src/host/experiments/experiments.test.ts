import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { paperShape, writeFinishedSweep } from '../../../test/support/finishedSweep.ts'
import { parseExperiment } from '../../core/experiment/parse.ts'
import { readSweep, writeSweep } from '../../core/runs/store.ts'
import { RunRegistry } from '../runs/registry.ts'
import { trainerProcesses } from '../runs/trainerProcesses.ts'
import { describeLenses } from './describeLenses.ts'
import { writeExperiment } from './writeExperiment.ts'

let store: string
let registry: RunRegistry
beforeEach(() => {
  store = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-experiments-'))
  registry = new RunRegistry(trainerProcesses)
})
afterEach(() => {
  registry.dispose()
  fs.rmSync(store, { recursive: true, force: true })
})

const experiment = { head: 'sentence', data: { train: 'sst2/train.tsv', dev: 'sst2/dev.tsv' } }
const grid = JSON.stringify({ ...experiment, grid: 'paper' })

describe('what stands above an experiment file', () => {
  it('counts the runs, and says nothing of time without history', () => {
    const file = path.join(store, 'a.headway.json')
    expect(describeLenses(grid, file, []).run).toBe('Run sweep (18 runs)')
    expect(describeLenses(JSON.stringify(experiment), file, []).run).toBe('Run')
    expect(describeLenses('{ "head": ', file, []).run).toBe('Run experiment')
  })

  it('knows which runs are done, and whose dashboard it is', () => {
    const dir = writeFinishedSweep(store, { ...paperShape, unfinished: 0 })
    const file = path.join(store, 'a.headway.json')
    writeSweep(dir, { ...readSweep(dir), file: path.relative(dir, file) })
    registry.setStores([store])
    const lenses = describeLenses(grid, file, registry.sweeps())
    expect(lenses.sweep?.dir).toBe(dir)
    const more = JSON.stringify({ ...experiment, grid: 'paper', seeds: [1, 2] })
    expect(describeLenses(more, file, registry.sweeps()).run).toMatch(
      /^Run sweep \(\d+ (of 36 )?runs/,
    )
  })
})

describe('writeExperiment', () => {
  it('writes the grid out, and never over a file that is there', () => {
    const given = { experiment: parseExperiment(grid, 'x'), base: store, name: 'Reviews' }
    const [first, second] = [writeExperiment(given), writeExperiment(given)]
    expect([first, second].map((file) => path.basename(file))).toEqual([
      'reviews.headway.json',
      'reviews-2.headway.json',
    ])
    const text = fs.readFileSync(first, 'utf8')
    expect(text).toContain('"batchSize": [16, 32]')
    expect(parseExperiment(text, first)).toMatchObject({ epochs: [2, 3, 4], seeds: [1] })
  })
})
