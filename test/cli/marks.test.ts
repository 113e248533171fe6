import fs from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { layout, writeRun } from '../../src/core/runs/store.ts'
import { runRecord, writeSweepOf } from '../support/runRecords.ts'
import { headway } from './headway.ts'
import { TemporaryFiles } from './temporaryFiles.ts'

let files: TemporaryFiles
let sweepDir: string
beforeEach(() => {
  files = new TemporaryFiles()
  sweepDir = writeSweepOf(
    files.dir,
    [0.8, 0.9, 0.7].map((accuracy, at) =>
      runRecord({ id: `run${at}`, cell: `cell${at}`, state: 'done', metrics: { accuracy } }),
    ),
  )
})
afterEach(() => files.remove())

const call = async (...args: string[]) => {
  const { code, stdout, stderr } = await headway(args, files.dir)
  expect(code, stderr).toBe(0)
  return stdout
}
const runs = async (...flags: string[]) =>
  JSON.parse(await call('runs', '--json', ...flags)).sweeps[0].runs as Record<string, unknown>[]

describe('runs can be', { timeout: 60_000 }, () => {
  it('starred, noted and renamed', async () => {
    await call('star', 'run1')
    await call('note', 'run1', 'the one for the paper')
    await call('rename', 'run1', '=best, so far')
    expect((await runs())[0]).toMatchObject({
      run: 'run1',
      star: true,
      note: 'the one for the paper',
      name: '=best, so far',
    })
    expect(await call('runs')).toMatch(/run1 .*=best, so far .*★ the one for the paper/)
    expect(await call('runs', '--csv')).toContain(`"'=best, so far",the one for the paper,true\r\n`)
    await call('star', 'run1', '--off')
    expect((await runs())[0]?.star).toBeUndefined()
  })

  it('archived: out of the list until asked for', async () => {
    await call('archive', 'run1')
    expect((await runs()).map(({ run }) => run)).toEqual(['run0', 'run2'])
    expect((await runs('--archived')).map(({ run }) => run)).toEqual(['run1', 'run0', 'run2'])
    await call('archive', 's1')
    expect(await call('runs')).toBe('There are no runs here yet.\n')
    expect(await call('runs', 's1')).toContain('run0')
  })

  it('deleted, and brought back', async () => {
    await call('delete', 'run0')
    expect((await runs()).map(({ run }) => run)).toEqual(['run1', 'run2'])
    await call('restore')
    expect(await runs()).toHaveLength(3)
    await call('delete', 's1')
    expect(fs.existsSync(sweepDir)).toBe(false)
    await call('restore')
    expect(await runs('--sizes')).toHaveLength(3)
  })

  it('stopped and paused where nobody works on them', async () => {
    writeRun(layout.run(sweepDir, 'run0'), runRecord({ id: 'run0', state: 'queued' }))
    expect(await call('pause', 's1')).toBe('run0  paused\n')
    expect((await headway(['stop', 's1'], files.dir)).stderr).toContain('Nothing of it')
  })
})

it('a hostile record does not reach the terminal as it is', async () => {
  const cell = '\u001b]0;owned\u0007\u001b[2J'
  writeRun(layout.run(sweepDir, 'run0'), runRecord({ id: 'run0', cell, state: 'done' }))
  fs.writeFileSync(layout.runRecord(layout.run(sweepDir, 'run2')), '\u001b[31m{"format')
  const { stdout, stderr } = await headway(['runs'], files.dir)
  expect(stdout + stderr).not.toContain('\u001b')
  expect(stderr).toContain('It is left out')
})
