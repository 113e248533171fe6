import { describe, expect, it } from 'vitest'
import { noMarks } from '../../core/runs/markOf.ts'
import { changeMark, type Marks } from '../../core/runs/marks.ts'
import { modelsKey } from './modelsKey.ts'

const keyWith = (marks: Marks) =>
  modelsKey([{ run: { dir: '/runs/r1', state: { record: { id: 'r1' } } }, sweep: { marks } }])

describe('the key of the models', () => {
  const starred = changeMark(noMarks, 'r1', { star: true })

  it('is another one when a run that is marked already is renamed, or loses its star', () => {
    const renamed = changeMark(starred, 'r1', { name: 'best' })
    const keys = [noMarks, starred, renamed, changeMark(renamed, 'r1', { name: 'b' })].map(keyWith)
    expect(new Set(keys).size).toBe(4)
  })

  it('is another one when the sweep is renamed', () => {
    expect(keyWith(changeMark(starred, undefined, { name: 'mine' }))).not.toBe(keyWith(starred))
  })

  it('stays while nothing of these runs changes', () => {
    expect(keyWith(changeMark(starred, 'r2', { star: true }))).toBe(
      keyWith(structuredClone(starred)),
    )
  })
})
