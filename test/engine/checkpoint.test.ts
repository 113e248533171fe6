import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCheckpoint, writeCheckpoint } from '../../src/engine/checkpoint.ts'

let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-checkpoint-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

const tensors = (value: number) =>
  new Map([['w', { shape: [2, 2], data: Float32Array.of(value, 1, 2, 3) }]])
const write = (step: number) =>
  writeCheckpoint(folder, { step, totalSteps: 10, seconds: 1.5 }, tensors(step), tensors(-step))

describe('a checkpoint', () => {
  it('comes back as it was written', () => {
    write(4)
    const checkpoint = readCheckpoint(folder)
    expect(checkpoint?.state).toMatchObject({ step: 4, totalSteps: 10, seconds: 1.5 })
    expect(checkpoint?.weights).toEqual(tensors(4))
    expect(checkpoint?.moments).toEqual(tensors(-4))
  })

  it('replaces the one before and leaves nothing of it', () => {
    write(4)
    write(8)
    expect(readCheckpoint(folder)?.state.step).toBe(8)
    expect(fs.readdirSync(folder)).toHaveLength(3)
  })

  it('killed while writing the next one, is still the one before', () => {
    write(4)
    fs.writeFileSync(path.join(folder, 'weights-8.safetensors'), 'torn')
    fs.writeFileSync(path.join(folder, 'state.json.1.tmp'), '{"format":1,"st')
    expect(readCheckpoint(folder)?.weights).toEqual(tensors(4))
  })

  it('that cannot be written leaves nothing of itself, and the one before', () => {
    write(4)
    // Its state cannot be renamed over a folder: the fault a full disk makes, at the last moment.
    fs.renameSync(path.join(folder, 'state.json'), path.join(folder, 'kept.json'))
    fs.mkdirSync(path.join(folder, 'state.json'))
    expect(() => write(8)).toThrow()
    fs.rmdirSync(path.join(folder, 'state.json'))
    fs.renameSync(path.join(folder, 'kept.json'), path.join(folder, 'state.json'))
    expect(readCheckpoint(folder)?.weights).toEqual(tensors(4))
    expect(fs.readdirSync(folder)).toHaveLength(3)
  })

  it('is none where its state is not whole', () => {
    fs.writeFileSync(path.join(folder, 'state.json'), '{"format":1,')
    expect(readCheckpoint(folder)).toBeUndefined()
    expect(readCheckpoint(path.join(folder, 'nowhere'))).toBeUndefined()
  })
})
