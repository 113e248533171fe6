import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelFolder } from '../core/model/folder.ts'
import { readHeadOf } from './fineTunedHead.ts'

let dir: string
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-head-'))
})
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }))

describe('the length a fine-tuned model reads', () => {
  const lengthOf = (said: unknown, maxPositions: number): number => {
    const tokenizer = path.join(dir, 'tokenizer_config.json')
    fs.writeFileSync(tokenizer, JSON.stringify({ model_max_length: said }))
    const tensors = new Map([
      ['qa_outputs.weight', { shape: [2, 8] }],
      ['qa_outputs.bias', { shape: [2] }],
    ])
    const folder = { dir, config: { maxPositions }, weights: { tensors } }
    return readHeadOf(folder as unknown as ModelFolder).maxLength
  }

  it('is what it was trained with, also beyond 512', () => {
    expect(lengthOf(128, 512)).toBe(128)
    expect(lengthOf(1024, 1024)).toBe(1024)
  })

  it('is 512 where nothing useful is said, and never more than there are positions', () => {
    expect(lengthOf(undefined, 1024)).toBe(512)
    expect(lengthOf(1e30, 512)).toBe(512)
    expect(lengthOf(512, 128)).toBe(128)
  })
})
