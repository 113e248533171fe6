import { describe, expect, it } from 'vitest'
import type { Annotation } from './annotation.ts'
import { mergeAnnotators } from './mergeAnnotators.ts'

const text = 'Ada Byrne arrived in Lisbon. Later Lisbon slept; Ada Byrne did not.'

const label = (piece: string, change: Partial<Annotation> = {}, from = 0): Annotation => {
  const start = text.indexOf(piece, from)
  return {
    id: `${piece} ${start}`,
    start,
    end: start + piece.length,
    text: piece,
    type: 'LOC',
    status: 'gold',
    by: 'ada',
    at: 1,
    before: '',
    after: '',
    ...change,
  }
}
const lisbon = label('Lisbon')
const later = label('Lisbon', {}, 25)

describe('mergeAnnotators', () => {
  it('joins what agrees and lists what does not', () => {
    const person = label('Ada Byrne', { type: 'PER', by: 'ben', id: 'p' })
    const same = { ...lisbon, id: 's', by: 'ben' }
    const other = { ...later, id: 'o', by: 'ben', type: 'ORG' }
    const { added, conflicts } = mergeAnnotators([lisbon, later], [person, same, other])
    expect(added).toEqual([person, { ...other, status: 'unreviewed' }])
    expect(conflicts).toEqual([{ ours: later, theirs: other }])
  })

  it('lists what they changed of a label that both have', () => {
    const changed = { ...lisbon, type: 'ORG', by: 'ben', at: 5 }
    const resized = { ...later, start: later.start - 6, text: 'Later Lisbon', at: 7 }
    const { added, conflicts } = mergeAnnotators([lisbon, later], [changed, resized])
    expect(conflicts).toEqual([
      { ours: lisbon, theirs: changed },
      { ours: later, theirs: resized },
    ])
    expect(added.map(({ id, type, status }) => [id, type, status])).toEqual([
      [`${lisbon.id} ben`, 'ORG', 'unreviewed'],
      [`${later.id} ada`, 'LOC', 'unreviewed'],
    ])
    // The same file merged once more has nothing new.
    expect(mergeAnnotators([lisbon, later, ...added], [changed, resized]).added).toEqual([])
  })

  it('leaves what we changed since they took their copy', () => {
    const ours = { ...lisbon, type: 'ORG', at: 8 }
    expect(mergeAnnotators([ours], [lisbon])).toEqual({ added: [], conflicts: [], takenBack: [] })
  })

  it('names labels that they took back, and keeps ours', () => {
    const gone = { ...lisbon, status: 'removed' as const, by: 'ben', at: 5 }
    const strange = { ...later, id: 'never seen', status: 'removed' as const }
    const { added, conflicts, takenBack } = mergeAnnotators([lisbon, later], [gone, strange])
    expect([added, conflicts, takenBack]).toEqual([[], [], [lisbon]])
  })
})
