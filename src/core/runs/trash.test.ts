import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runRecord, writeSweepOf } from '../../../test/support/runRecords.ts'
import { diskUse } from './diskUse.ts'
import { layout, listSweepDirs, readRun, readSweep } from './store.ts'
import { deleteToTrash, emptyTrash, listTrash, undoDelete } from './trash.ts'
import { updateSweep } from './updateSweep.ts'

const { renameSync } = fs

let store: string
let sweepDir: string
beforeEach(() => {
  store = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-trash-'))
  sweepDir = writeSweepOf(
    store,
    ['r1', 'r2', 'r3'].map((id) => runRecord({ id, state: 'done' })),
  )
})
afterEach(() => fs.rmSync(store, { recursive: true, force: true }))

describe('what is deleted', () => {
  it('is out of the sweep, and comes back in its place', () => {
    const dir = layout.run(sweepDir, 'r2')
    const { id } = deleteToTrash(store, dir)
    expect(fs.existsSync(dir)).toBe(false)
    expect(readSweep(sweepDir).runs).toEqual(['r1', 'r3'])
    expect(undoDelete(store, id)).toBe(dir)
    expect(readSweep(sweepDir).runs).toEqual(['r1', 'r2', 'r3'])
    expect(readRun(dir).id).toBe('r2')
    expect(listTrash(store)).toEqual([])
  })

  it('may be a whole sweep', () => {
    const { id } = deleteToTrash(store, sweepDir)
    expect(listSweepDirs(store)).toEqual([])
    expect(undoDelete(store, id)).toBe(sweepDir)
    expect(listSweepDirs(store)).toEqual([sweepDir])
  })

  it('does not come back over what has taken its place, nor out of the store', () => {
    const dir = layout.run(sweepDir, 'r1')
    const { id } = deleteToTrash(store, dir)
    fs.mkdirSync(dir)
    expect(() => undoDelete(store, id)).toThrow('is there again')
    expect(() => undoDelete(store, '../sweeps')).toThrow('not in the trash')
    expect(() => deleteToTrash(store, store)).toThrow('no run and no sweep')
    expect(() => deleteToTrash(store, os.tmpdir())).toThrow('no run and no sweep')
  })

  it('stays where it was, in its list, where it cannot be moved', () => {
    const dir = layout.run(sweepDir, 'r2')
    const rename = vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      if (from !== dir) return renameSync(from, to)
      throw Object.assign(new Error('cross-device link not permitted'), { code: 'EXDEV' })
    })
    try {
      expect(() => deleteToTrash(store, dir)).toThrow(
        'cannot be moved into the trash: cross-device',
      )
    } finally {
      rename.mockRestore()
    }
    expect(readSweep(sweepDir).runs).toEqual(['r1', 'r2', 'r3'])
    expect(readRun(dir).id).toBe('r2')
    expect(fs.readdirSync(layout.trash(store))).toEqual([])
  })

  it('comes back also where a trainer scored it after all meanwhile', () => {
    const { id } = deleteToTrash(store, sweepDir)
    expect(updateSweep(sweepDir, (sweep) => sweep)).toBeUndefined()
    expect(undoDelete(store, id)).toBe(sweepDir)
  })

  it('leaves what a launch has added meanwhile', () => {
    const { id } = deleteToTrash(store, layout.run(sweepDir, 'r1'))
    updateSweep(sweepDir, (sweep) => sweep && { ...sweep, runs: [...sweep.runs, 'r4'] })
    undoDelete(store, id)
    expect(readSweep(sweepDir).runs).toEqual(['r1', 'r2', 'r3', 'r4'])
    expect(fs.readdirSync(sweepDir).filter((name) => name.endsWith('.lock'))).toEqual([])
  })

  it('is gone after its time', () => {
    const day = 86_400_000
    deleteToTrash(store, layout.run(sweepDir, 'r1'), 0)
    emptyTrash(store, 6 * day)
    expect(listTrash(store)).toHaveLength(1)
    emptyTrash(store, 8 * day)
    expect(listTrash(store)).toEqual([])
    expect(fs.readdirSync(layout.trash(store))).toEqual([])
  })
})

describe('disk use', () => {
  it('counts models and checkpoints', () => {
    const dir = layout.run(sweepDir, 'r1')
    for (const [file, size] of [
      ['model/model.safetensors', 1000],
      ['attempt-1/checkpoint/weights-1.safetensors', 2000],
      ['attempt-1/events.jsonl', 10],
    ] as const) {
      fs.mkdirSync(path.dirname(path.join(dir, file)), { recursive: true })
      fs.writeFileSync(path.join(dir, file), Buffer.alloc(size))
    }
    const record = fs.statSync(layout.runRecord(dir)).size
    expect(diskUse(dir)).toEqual({ total: 3010 + record, models: 1000, checkpoints: 2000 })
    expect(diskUse(path.join(store, 'nothing')).total).toBe(0)
  })
})
