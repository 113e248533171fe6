import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeFinishedRun } from '../../../test/support/finishedRun.ts'
import { layout, listSweepDirs, readRun } from '../../core/runs/store.ts'
import { temporaryFolders } from '../../runtime/testing/temporary.ts'
import { exporters } from './formats.ts'

const folder = temporaryFolders()

describe('an export to TensorBoard', () => {
  it('gives runs with the same hyperparameters a curve each, and an export done again no other', () => {
    const store = folder()
    writeFinishedRun(store)
    const [sweepDir = ''] = listSweepDirs(store)
    const dir = layout.run(sweepDir, 'a1b2c3d4e5f6')
    const record = readRun(dir)
    const to = folder()
    const otherModel = { ...record, id: 'f6e5d4c3b2a1' }
    for (const each of [record, otherModel, record])
      exporters.tensorboard?.({ dir, record: each, to })
    expect(fs.readdirSync(to).sort()).toEqual(['c0-seed1-a1b2c3', 'c0-seed1-f6e5d4'])
    expect(fs.readdirSync(path.join(to, 'c0-seed1-a1b2c3'))).toHaveLength(1)
  })
})
