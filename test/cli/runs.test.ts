import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRun, readSweep, writeSweep } from '../../src/core/runs/store.ts'
import { runsOfSweep } from '../../src/core/runs/sweepEnd.ts'
import type { CellAnalysis } from '../../src/core/stats/analysis.ts'
import { paperShape, writeFinishedSweep } from '../support/finishedSweep.ts'
import { headway } from './headway.ts'
import { TemporaryFiles } from './temporaryFiles.ts'

const files = new TemporaryFiles()
let sweepDir: string
beforeAll(() => {
  const learningRates = [1e-6, 4.9e-5, 5e-5]
  const shape = { ...paperShape, learningRates, batchSizes: [16], epochs: [3], seeds: [1, 2] }
  sweepDir = writeFinishedSweep(files.dir, { ...shape, trainExamples: 160 })
})
afterAll(() => files.remove())

const call = async (...args: string[]) => {
  const { code, stdout, stderr } = await headway(['runs', ...args], files.dir)
  expect(code, stderr).toBe(0)
  return stdout
}
const json = async (...args: string[]) => JSON.parse(await call('--json', ...args)).sweeps[0]

describe('headway runs', { timeout: 60_000 }, () => {
  it('ranks cells by the mean over their seeds, with spread and verdict', async () => {
    const { best, chosenOn, cells, runs } = await json()
    expect(chosenOn).toBe('dev')
    expect(cells.map(({ verdict }: CellAnalysis) => verdict)).toEqual([
      ...['best', 'withinNoise', 'worse'],
    ])
    for (const { mean, spread, runs: ids } of cells as CellAnalysis[]) {
      const scores = ids.map((id) => readRun(path.join(sweepDir, 'runs', id)).metrics!.accuracy!)
      expect(mean).toBeCloseTo((scores[0]! + scores[1]!) / 2, 12)
      expect(spread?.kind).toBe('seeds')
      expect(spread?.value).toBeCloseTo(Math.abs(scores[0]! - scores[1]!) / Math.SQRT2, 12)
    }
    expect(runs.map(({ run }: { run: string }) => run).sort()).toEqual(
      cells.flatMap((cell: CellAnalysis) => cell.runs).sort(),
    )
    expect(runs[0].run).toBe(best)
    expect(runs.map(({ cell }: { cell: string }) => cell)).toEqual(
      cells.flatMap(({ cell }: CellAnalysis) => [cell, cell]),
    )
  })

  it('ends with the answer in words, which says that it was chosen on dev', async () => {
    const lines = (await call()).trim().split('\n')
    expect(lines[1]).toMatch(/ done .*seed [12] .*\d\d\.\d ± \d\.\d {2}best$/)
    expect(lines.at(-2)).toBe('± is the standard deviation over seeds.')
    expect(lines.at(-1)).toMatch(
      /^lr \S+ · batch 16 · 3 epochs is best with \d\d\.\d ± \d\.\d \(chosen on dev\); 1 cell is within noise; add seeds/,
    )
  })

  it('says the test score of the best cell, and of no other', async () => {
    const { best, cells } = await json()
    const scored = (run: string) => {
      const test = { run, metrics: { accuracy: 0.811 }, time: 1, checksum: '' }
      writeSweep(sweepDir, { ...readSweep(sweepDir), test })
    }
    scored(best)
    expect(await json()).toMatchObject({ chosenOn: 'dev', test: { run: best } })
    expect(await call()).toContain(' on dev, 81.1 on the test data; ')
    scored(cells.at(-1).runs[0])
    expect((await json()).test).toBeUndefined()
    expect(await call()).not.toContain('81.1')
  })

  it('says what a sweep takes on the disk, in all', async () => {
    fs.mkdirSync(path.join(sweepDir, 'slurm'))
    fs.writeFileSync(path.join(sweepDir, 'slurm', 'task.log'), Buffer.alloc(3_000_000))
    const { bytes, runs } = await json('--sizes')
    const ofRuns = runs.reduce((sum: number, run: { bytes: number }) => sum + run.bytes, 0)
    expect(ofRuns).toBeGreaterThan(0)
    expect(bytes).toBeGreaterThan(ofRuns + 3_000_000)
    const [title] = (await call('--sizes')).split('\n')
    expect(title).toContain(`(${(bytes / 1e6).toFixed(1)} MB)`)
    const [header, ...rows] = (await call('--csv', '--sizes')).trim().split('\r\n')
    expect(header).toMatch(/,bytes,sweepBytes$/)
    expect(rows).toHaveLength(runsOfSweep(sweepDir).length)
    for (const row of rows) expect(Number(row.split(',').at(-1))).toBe(bytes)
    expect(await call('--csv')).not.toContain('bytes')
  })
})
