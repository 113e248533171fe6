import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atOnce } from '../pieces.ts'
import type { Annotation } from './annotation.ts'
import { changesOnly } from './edits.ts'
import { broughtUpToDate, freshRecords, LabelledText, type LabelTarget } from './labelledText.ts'
import { TextLines } from './textLines.ts'

const sample = [
  'Ada Byrne arrived in Lisbon on Tuesday. 👩‍🚀 Zoë met her.',
  '',
  'The Port Authority had asked J. Okafor; Lisbon agreed.',
  'سافرت ليلى إلى القاهرة\tand e\u0301milie to Łódź.',
].join('\n')

const target = (id: string, start: number, end: number, type = 'PER'): LabelTarget => ({
  id,
  start,
  end,
  type,
  status: 'gold',
})

const labelled = (text: string, spans: readonly LabelTarget[]): LabelledText => {
  const made = new LabelledText(TextLines.of(text))
  made.change({ what: 'label', set: spans, by: 'ada', at: 1 })
  return made
}

const find = (text: string, piece: string, id: string, type = 'PER'): LabelTarget => {
  const start = text.indexOf(piece)
  return target(id, start, start + piece.length, type)
}

const place = (annotation: Annotation | undefined) =>
  annotation && [annotation.start, annotation.end, annotation.text]

const edit = (start: number, end: number, text: string) => ({ start, end, text })

interface RandomEdit {
  readonly at: number
  readonly length: number
  readonly text: string
  /** Where a second cursor types, as a share of the text before the first. */
  readonly also: number | null
}

const editsOf = (plain: string, { at, length, text, also }: RandomEdit) => {
  const first = Math.floor(at * plain.length)
  const second = Math.floor((also ?? 1) * first)
  const edits = [edit(first, Math.min(plain.length, first + length), text)]
  if (second < first) edits.push(edit(second, second, text))
  return edits
}

/** A labelled text beside the same text as a plain string, and what was reported of its labels. */
class CheckedText {
  readonly ids = new Set<string>()
  private readonly reported = new Set<string>()
  private plain = sample
  private readonly text: LabelledText

  constructor() {
    const spans = Array.from({ length: 24 }, (_, i) => target(`s${i}`, i * 6, i * 6 + 5))
    this.text = labelled(sample, spans)
    for (const { id } of spans) this.ids.add(id)
  }

  edit(step: RandomEdit & { readonly undo: boolean }): void {
    const edits = editsOf(this.plain, step)
    const { lost, restored } = this.text.edit(edits, step.undo)
    for (const { id } of lost) this.reported.add(id)
    for (const { id } of restored) this.reported.delete(id)
    for (const { start, end, text } of edits) {
      this.plain = this.plain.slice(0, start) + text + this.plain.slice(end)
    }
  }

  /** A label that later edits can move: the first ones are gone after some hundred. */
  label(id: string, at: number): void {
    const start = Math.floor(at * this.plain.length)
    const covered = this.plain.slice(start, start + 5)
    if (covered.trim() === '') return
    const set = [target(id, start, start + covered.length)]
    this.text.change({ what: 'label', set, by: 'ada', at: 2 })
    this.ids.add(id)
  }

  check(when: string): void {
    const standing = this.text.annotations
    for (const { start, end, text: covered } of standing) {
      const there = this.plain.slice(start, end)
      if (there !== covered || covered.trim() === '') {
        expect.fail(`${when}: ‘${covered}’ at ${start} is ‘${there}’`)
      }
    }
    const known = standing.filter(({ id }) => !this.reported.has(id)).length + this.reported.size
    if (known !== this.ids.size) expect.fail(`${when}: ${this.ids.size - known} labels vanished`)
    if (this.text.text.toString() !== this.plain) expect.fail(`${when}: another text`)
  }
}

describe('LabelledText', () => {
  it('moves spans behind an edit, and leaves those before it', () => {
    const text = labelled(sample, [find(sample, 'Ada Byrne', 'a'), find(sample, 'Lisbon', 'l')])
    const report = text.edit([edit(10, 10, 'finally ')], false)
    expect(report).toMatchObject({ touched: [], lost: [] })
    expect(place(text.get('a'))).toEqual([0, 9, 'Ada Byrne'])
    expect(place(text.get('l'))).toEqual([29, 35, 'Lisbon'])
  })

  it('does not take in what is typed at an edge; takes in what is typed inside', () => {
    const text = labelled('Ada came', [target('a', 0, 3)])
    text.edit([edit(3, 3, 'x')], false)
    text.edit([edit(0, 0, 'x')], false)
    expect(place(text.get('a'))).toEqual([1, 4, 'Ada'])
    const report = text.edit([edit(2, 2, '👩‍🚀')], false)
    expect(report.touched.map(place)).toEqual([[1, 9, 'A👩‍🚀da']])
  })

  it('brings a deleted span back with undo, grouped or not, and again with redo and undo', () => {
    const text = labelled(sample, [find(sample, 'Lisbon', 'l'), find(sample, 'Ada Byrne', 'a')])
    const gone = text.edit([edit(0, 40, '')], false)
    expect(gone.lost.map(({ id }) => id).sort()).toEqual(['a', 'l'])
    expect(text.annotations).toEqual([])
    const back = text.edit([edit(0, 0, sample.slice(0, 40))], true)
    expect(back.restored.length).toBe(2)
    expect(place(text.get('l'))).toEqual([21, 27, 'Lisbon'])
    text.edit([edit(0, 40, '')], true)
    text.edit([edit(0, 0, sample.slice(0, 40))], true)
    expect(place(text.get('a'))).toEqual([0, 9, 'Ada Byrne'])
  })

  it('brings a span back that was deleted letter by letter', () => {
    const text = labelled('We saw Lisbon again', [target('l', 7, 13, 'LOC')])
    for (let end = 13; end > 7; end--) text.edit([edit(end - 1, end, '')], false)
    expect(text.annotations).toEqual([])
    const report = text.edit([edit(7, 7, 'Lisbon')], true)
    expect(report.restored.map(place)).toEqual([[7, 13, 'Lisbon']])
  })

  it('follows text that is cut out and put in elsewhere', () => {
    const text = labelled(sample, [find(sample, 'Lisbon', 'l')])
    const first = sample.indexOf('\n') + 1
    const line = sample.slice(0, first)
    text.edit([edit(0, first, '')], false)
    const end = text.text.length
    text.edit([edit(end, end, `\n${line}`)], false)
    expect(place(text.get('l'))).toEqual([end + 1 + 21, end + 1 + 27, 'Lisbon'])
  })

  it('undoes labels where the text went on meanwhile', () => {
    const text = labelled(sample, [find(sample, 'Lisbon', 'l', 'LOC')])
    text.change({ what: 'type', set: [{ ...text.get('l')!, type: 'ORG' }], by: 'ada', at: 2 })
    text.edit([edit(0, 0, 'Now: ')], false)
    text.change({ what: 'remove', remove: ['l'], by: 'ada', at: 3 })
    expect(text.annotations).toEqual([])
    text.edit([edit(0, 0, '>> ')], false)
    expect(text.undo('ada', 4)?.what).toBe('remove')
    expect(text.get('l')).toMatchObject({ type: 'ORG', start: 29, text: 'Lisbon' })
    text.undo('ada', 5)
    expect(text.get('l')).toMatchObject({ type: 'LOC', start: 29 })
    text.undo('ada', 6)
    expect(text.annotations).toEqual([])
    expect(text.undo('ada', 7)).toBeUndefined()
  })

  it('undoes labels whose line was cut and put in elsewhere meanwhile', () => {
    const text = labelled('They saw York.\nThen Ben.\n', [target('y', 9, 13, 'LOC')])
    text.change({ what: 'type', set: [{ ...text.get('y')!, type: 'ORG' }], by: 'ada', at: 2 })
    text.edit([edit(0, 15, '')], false)
    text.edit([edit(10, 10, 'They saw York.\n')], false)
    expect(text.annotations.map(place)).toEqual([[19, 23, 'York']])
    text.undo('ada', 3)
    expect(text.annotations.map(place)).toEqual([[19, 23, 'York']])
    expect(text.get('y')).toMatchObject({ type: 'LOC', at: 3 })
    expect(text.get('y')).not.toHaveProperty('lost')
  })

  it('undoes a label whose text was deleted letter by letter and came back', () => {
    const text = labelled('They saw York.', [target('y', 9, 13, 'LOC')])
    text.change({ what: 'type', set: [{ ...text.get('y')!, type: 'ORG' }], by: 'ada', at: 2 })
    for (let end = 13; end > 9; end--) text.edit([edit(end - 1, end, '')], false)
    text.edit([edit(9, 9, 'York')], true)
    text.undo('ada', 3)
    expect(text.annotations.map(place)).toEqual([[9, 13, 'York']])
  })

  it('undoes a label to a lost one where its text is gone', () => {
    const text = labelled('They saw York.', [target('y', 9, 13, 'LOC')])
    text.change({ what: 'type', set: [{ ...text.get('y')!, type: 'PER' }], by: 'ada', at: 2 })
    text.edit([edit(9, 13, '')], false)
    text.undo('ada', 3)
    expect(text.get('y')).toMatchObject({ type: 'LOC', lost: true })
  })

  it('knows whether a label or the text was changed last, whatever was undone meanwhile', () => {
    const text = labelled(sample, [find(sample, 'Lisbon', 'l')])
    expect(text.labelIsLatest).toBe(true)
    text.edit([edit(0, 0, 'x')], false)
    expect(text.labelIsLatest).toBe(false)
    text.change({ what: 'label', set: [target('a', 1, 4)], by: 'ada', at: 2 })
    text.undo('ada', 3)
    // The label before the typing is not the latest: Ctrl+Z goes to the text.
    expect(text.labelIsLatest).toBe(false)
    text.change({ what: 'label', set: [target('b', 1, 4)], by: 'ada', at: 4 })
    expect(text.labelIsLatest).toBe(true)
    // Other line ends are a change of the text that leaves all of it.
    text.edit([], false)
    expect(text.labelIsLatest).toBe(false)
  })

  it('makes no correction older than what it corrects, where the clock was set back', () => {
    const text = labelled(sample, [target('l', 0, 3)])
    text.change({ what: 'set', set: [target('l', 0, 3)], by: 'ada', at: 1000 })
    text.change({ what: 'type', set: [target('l', 0, 3, 'ORG')], by: 'ada', at: 7 })
    expect(text.get('l')).toMatchObject({ type: 'ORG', at: 1001 })
    text.undo('ada', 8)
    expect(text.get('l')).toMatchObject({ type: 'PER', at: 1002 })
    text.change({ what: 'remove', remove: ['l'], by: 'ada', at: 9 })
    expect(text.get('l')).toMatchObject({ status: 'removed', at: 1003 })
  })

  it('takes labels of somebody else back in one step', () => {
    const text = labelled(sample, [target('l', 0, 3)])
    const theirs = ['x', 'y'].map((id) => ({ ...text.get('l')!, id, by: 'ben', at: 3 }))
    text.add('merge', theirs)
    expect(text.get('x')).toEqual(theirs[0])
    expect(text.undo('ada', 2)?.ids).toEqual(['x', 'y'])
    expect(text.annotations.map(({ id }) => id)).toEqual(['l'])
  })

  it('takes nobody to have looked at a sentence that changed since', () => {
    const sentence = { ...target('r', 0, 15, ''), status: 'reviewed' as const }
    const text = labelled('Nobody spoke a. Ada came.', [sentence])
    text.edit([edit(16, 19, 'Zoe')], false)
    expect(text.annotations.length).toBe(1)
    const report = text.edit([edit(13, 13, 'to Ada and ')], false)
    expect(report.lost.map(place)).toEqual([[0, 15, 'Nobody spoke a.']])
    expect(text.annotations).toEqual([])
    text.edit([edit(13, 24, '')], true)
    text.edit([edit(7, 12, 'whispered')], false)
    text.edit([edit(7, 16, 'spoke')], true)
    expect(text.annotations.map(place)).toEqual([[0, 15, 'Nobody spoke a.']])
  })

  it('keeps the verdict of a label whose text comes back', () => {
    const text = labelled(sample, [find(sample, 'Lisbon', 'l')])
    text.edit([edit(0, 40, '')], false)
    text.takeOver([{ ...text.get('l')!, type: 'LOC', at: 5, by: 'ben' }])
    text.edit([edit(0, 0, sample.slice(0, 40))], true)
    expect(text.get('l')).toMatchObject({ type: 'LOC', at: 5, start: 21, text: 'Lisbon' })
    expect(text.get('l')?.lost).toBeUndefined()
  })

  it('brings placed labels up to date with what was typed meanwhile', () => {
    const text = labelled(sample, [find(sample, 'Lisbon', 'l')])
    const snapshot = text.snapshot()
    const late = { ...text.get('l')!, id: 'late' }
    text.edit([edit(0, 0, 'Now ')], false)
    text.edit([edit(0, 0, 'And ')], false)
    text.release(snapshot)
    text.edit([edit(0, 0, 'not for the snapshot ')], false)
    const [moved] = broughtUpToDate(snapshot, [late])
    expect(place(moved)).toEqual([29, 35, 'Lisbon'])
    expect(atOnce(freshRecords(snapshot))[0]).toMatchObject({
      start: 21,
      after: sample.slice(27, 51),
    })
  })

  it('after 2,000 random edits every span covers its text or was reported', () => {
    const piece = fc.constantFrom(
      '',
      'a',
      ' ',
      '\n',
      'Lisbon',
      '👩‍🚀',
      'e\u0301',
      'ليلى',
      '\t',
      'x\ny\nz',
    )
    const step = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 })),
      text: piece,
      also: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 5 }),
      undo: fc.boolean(),
      label: fc.nat(7).map((one) => one === 0),
    })
    const steps = fc.array(step, { minLength: 2000, maxLength: 2000, size: 'max' })
    fc.assert(
      fc.property(steps, (all) => {
        const checked = new CheckedText()
        for (const [index, each] of all.entries()) {
          checked.edit(each)
          checked.check(`edit ${index}`)
          if (each.label) checked.label(`n${index}`, each.at)
        }
        expect(checked.ids.size).toBeGreaterThan(100)
      }),
      // Shrinking 2,000 edits takes minutes and tells no more than the edit’s number does.
      { numRuns: 3, endOnFailure: true },
    )
  })

  it('undoing all edits one by one restores every span', () => {
    const step = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.integer({ min: 0, max: 30 }),
      text: fc.constantFrom('', 'q', 'zzz\n', '👩‍🚀'),
    })
    // Halfway back all that stood around a label stands there again, but not at the text’s start.
    const contextUpToTheStart = [
      { at: 0, length: 23, text: 'zzz\n' },
      { at: 0, length: 22, text: '' },
      { at: 0, length: 4, text: '👩‍🚀' },
      { at: 0, length: 2, text: '' },
    ]
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (all) => {
        const spans = Array.from({ length: 24 }, (_, i) => target(`s${i}`, i * 6, i * 6 + 5))
        const text = labelled(sample, spans)
        const before = text.annotations.map(place)
        const inverses = all.map(({ at, length, text: inserted }) => {
          const start = Math.floor(at * text.text.length)
          const end = Math.min(text.text.length, start + length)
          const was = text.text.slice(start, end)
          text.edit([edit(start, end, inserted)], false)
          return edit(start, start + inserted.length, was)
        })
        for (const inverse of inverses.reverse()) text.edit([inverse], true)
        expect(text.text.toString()).toBe(sample)
        expect(text.annotations.map(place)).toEqual(before)
      }),
      { numRuns: 200, examples: [[contextUpToTheStart]] },
    )
  })
})

describe('a text that is written anew as a whole', () => {
  const block = (name: string) => `${name}:\n  city: Lisbon\n  since: 1999\n`
  const replaced = (text: LabelledText, now: string) => {
    const slice = (start: number, end: number) => text.text.slice(start, end)
    const edits = changesOnly([edit(0, text.text.length, now)], slice)
    return { edits, report: text.edit(edits, false) }
  }

  it('leaves all labels where only its line ends changed', () => {
    const text = labelled(sample, [find(sample, 'Ada Byrne', 'a'), target('z', 45, 49)])
    const { edits, report } = replaced(text, sample)
    expect([edits, report.lost, report.touched]).toEqual([[], [], []])
  })

  it('changes no more than what is other, by whole words', () => {
    const text = labelled(sample, [find(sample, 'Lisbon', 'l')])
    const { edits } = replaced(text, sample.replace('Tuesday', 'Thursday'))
    expect(edits).toEqual([edit(31, 39, 'Thursday.')])
    expect(place(text.get('l'))).toEqual([21, 27, 'Lisbon'])
  })

  it('leaves an edit within a line as it was meant', () => {
    const text = labelled('We saw Lisbon', [target('l', 7, 13)])
    const slice = (start: number, end: number) => text.text.slice(start, end)
    expect(changesOnly([edit(7, 13, 'L')], slice)).toEqual([edit(7, 13, 'L')])
    expect(changesOnly([edit(7, 13, 'Lisbon')], slice)).toEqual([])
  })

  it('keeps 3,000 labels of like lines each in its own line', () => {
    const names = Array.from({ length: 3000 }, (_, at) => `n${at}`)
    const was = names.map(block).join('')
    const spans = Array.from(was.matchAll(/Lisbon/g), ({ index }, at) =>
      target(`${at}`, index, index + 6),
    )
    const text = labelled(was, spans)
    const now = `# cities\n${was.replaceAll('\n  ', '\n    ').replaceAll('1999', '2001')}`
    const { report } = replaced(text, now)
    expect(report.lost).toEqual([])
    const places = text.annotations.map(({ id, start }) => [id, start])
    const wanted = Array.from(now.matchAll(/Lisbon/g), ({ index }, at) => [`${at}`, index])
    expect(places).toEqual(wanted)
  })
})
