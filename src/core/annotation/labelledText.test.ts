import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Annotation } from './annotation.ts'
import { LabelledText, type LabelTarget } from './labelledText.ts'
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
      { numRuns: 200 },
    )
  })
})
