import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { markOf, noMarks } from './markOf.ts'
import { changeMark } from './marks.ts'
import { readMarks, updateMark } from './marksFile.ts'
import { layout } from './store.ts'

describe('marks', () => {
  it('are changed one by one, and gone where they say nothing', () => {
    const starred = changeMark(noMarks, 'a', { star: true, note: ' best so far ' })
    expect(markOf(starred, 'a')).toEqual({ star: true, note: 'best so far' })
    const renamed = changeMark(starred, undefined, { name: 'Reviews' })
    expect(markOf(renamed)).toEqual({ name: 'Reviews' })
    expect(markOf(renamed, 'a').star).toBe(true)
    expect(changeMark(renamed, 'a', { star: false, note: '' }).runs).toEqual({})
    expect(markOf(noMarks, 'toString')).toEqual({})
  })
})

describe('the file of marks', () => {
  let dir: string
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-marks-'))
  })
  afterEach(() => fs.rmSync(dir, { recursive: true, force: true }))

  it('keeps what others marked', () => {
    updateMark(dir, 'a', { star: true })
    updateMark(dir, 'b', { archived: true })
    updateMark(dir, undefined, { note: 'x' })
    expect(readMarks(dir)).toEqual({
      format: 1,
      sweep: { note: 'x' },
      runs: { a: { star: true }, b: { archived: true } },
    })
    expect(fs.readdirSync(dir)).toEqual(['marks.json'])
  })

  it('does not stand in the way when it is damaged, and is not overwritten then', () => {
    fs.writeFileSync(layout.marks(dir), '{"format": 1, "runs"')
    expect(readMarks(dir)).toEqual(noMarks)
    expect(() => updateMark(dir, 'a', { star: true })).toThrow('is damaged')
    expect(fs.readFileSync(layout.marks(dir), 'utf8')).toBe('{"format": 1, "runs"')
  })

  it('refuses a text that is too long', () => {
    expect(() => updateMark(dir, 'a', { name: 'x'.repeat(201) })).toThrow('200 characters')
  })
})
