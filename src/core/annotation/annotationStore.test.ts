import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inPieces } from '../pieces.ts'
import type { Annotation } from './annotation.ts'
import { formatAnnotation, newest, unsaved } from './annotationFile.ts'
import {
  annotatedFiles,
  annotationsPath,
  appendAnnotations,
  moveAnnotations,
  readAnnotations,
  readingAnnotations,
  rewriteAnnotations,
} from './annotationStore.ts'
import { orphanedAnnotations, standingHere } from './movedAnnotations.ts'
import { refind, refinding } from './refind.ts'

let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-annotations-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  fs.rmSync(folder, { recursive: true, force: true })
})

/** Another window, which writes while this one waits for the disk. */
const onceWhileFlushing = (write: () => void): void => {
  const flush = fs.fsyncSync
  vi.spyOn(fs, 'fsyncSync').mockImplementation((handle) => {
    flush(handle)
    vi.restoreAllMocks()
    write()
  })
}

const text = 'Ada Byrne arrived in Lisbon. Later Lisbon slept; Ada Byrne did not.'

const annotation = (piece: string, change: Partial<Annotation> = {}, from = 0): Annotation => {
  const start = text.indexOf(piece, from)
  const end = start + piece.length
  return {
    id: `${piece} ${start}`,
    start,
    end,
    text: piece,
    type: 'LOC',
    status: 'gold',
    by: 'ada',
    at: 1,
    before: text.slice(Math.max(0, start - 24), start),
    after: text.slice(end, end + 24),
    ...change,
  }
}
const lisbon = annotation('Lisbon')
const later = annotation('Lisbon', {}, 25)

describe('an annotations file', () => {
  it('takes lines one by one and gives the newest of each', () => {
    appendAnnotations(folder, 'a/report.txt', [lisbon])
    appendAnnotations(folder, 'a/report.txt', [later, { ...lisbon, type: 'ORG', at: 2 }])
    const { annotations, header } = readAnnotations(folder, 'a/report.txt')
    expect(header).toEqual({ format: 1, file: 'a/report.txt' })
    expect(annotations).toEqual([{ ...lisbon, type: 'ORG', at: 2 }, later])
    expect(annotatedFiles(folder)).toEqual(['a/report.txt'])
  })

  it('keeps the good lines of a damaged file, and the bad ones aside', () => {
    appendAnnotations(folder, 'r.txt', [lisbon, later])
    const file = annotationsPath(folder, 'r.txt')
    const [head, first, second] = fs.readFileSync(file, 'utf8').split('\n')
    const bad = '{"id":"x","start":"seven"'
    fs.writeFileSync(file, [head, first, '<<<<<<< ours', bad, second].join('\n'))
    const stored = readAnnotations(folder, 'r.txt')
    expect(stored.annotations).toEqual([lisbon, later])
    expect(stored.damaged.map(({ line }) => line)).toEqual([3, 4])
    expect(fs.readFileSync(stored.setAside ?? '', 'utf8')).toBe(`<<<<<<< ours\n${bad}\n`)
    expect(readAnnotations(folder, 'r.txt').damaged).toEqual([])
    expect(annotatedFiles(folder)).toEqual(['r.txt'])
  })

  it('loses no label that another window adds while the damaged lines are put aside', () => {
    appendAnnotations(folder, 'r.txt', [lisbon])
    fs.appendFileSync(annotationsPath(folder, 'r.txt'), '<<<<<<< ours\n')
    onceWhileFlushing(() => appendAnnotations(folder, 'r.txt', [later]))
    const stored = readAnnotations(folder, 'r.txt')
    expect(stored.annotations).toEqual([lisbon, later])
    expect(readAnnotations(folder, 'r.txt')).toMatchObject({
      annotations: [lisbon, later],
      damaged: [],
    })
    expect(fs.readFileSync(stored.setAside ?? '', 'utf8')).toBe('<<<<<<< ours\n')
    expect(fs.readdirSync(path.dirname(stored.setAside ?? ''))).toEqual([
      'r.txt.jsonl',
      'r.txt.jsonl.damaged',
    ])
  })

  it('is begun by two windows at once, with the labels of both', () => {
    onceWhileFlushing(() => appendAnnotations(folder, 'r.txt', [later]))
    appendAnnotations(folder, 'r.txt', [lisbon])
    expect(readAnnotations(folder, 'r.txt')).toMatchObject({
      annotations: [later, lisbon],
      damaged: [],
    })
  })

  it('joins nothing to a torn last line', () => {
    appendAnnotations(folder, 'r.txt', [lisbon])
    fs.appendFileSync(annotationsPath(folder, 'r.txt'), '{"id":"torn"')
    appendAnnotations(folder, 'r.txt', [later])
    const stored = readAnnotations(folder, 'r.txt')
    expect(stored.annotations).toEqual([lisbon, later])
    expect(stored.damaged.map(({ text }) => text)).toEqual(['{"id":"torn"'])
  })

  it('rewritten keeps what another window added before, and while it was at work', async () => {
    appendAnnotations(folder, 'r.txt', [lisbon])
    appendAnnotations(folder, 'r.txt', [later])
    const moved = { ...lisbon, start: 26, end: 32 }
    const person = annotation('Ada Byrne', { type: 'PER' })
    let added = 0
    const rewritten = await rewriteAnnotations(folder, 'r.txt', [moved], undefined, () => {
      if (added++ === 0) appendAnnotations(folder, 'r.txt', [person])
      return true
    })
    expect(rewritten?.annotations).toEqual(expect.arrayContaining([moved, later, person]))
    expect(readAnnotations(folder, 'r.txt').annotations).toEqual([person, moved, later])
    expect(fs.readdirSync(path.dirname(annotationsPath(folder, 'r.txt')))).toEqual(['r.txt.jsonl'])
  })

  it('is left as it is where the rewriting is called off', async () => {
    appendAnnotations(folder, 'r.txt', [lisbon])
    const none = await rewriteAnnotations(folder, 'r.txt', [later], undefined, () => false)
    expect(none).toBeUndefined()
    expect(readAnnotations(folder, 'r.txt').annotations).toEqual([lisbon])
  })

  it('says of a label that its text is gone, and again that it is back', async () => {
    appendAnnotations(folder, 'r.txt', [lisbon])
    await rewriteAnnotations(folder, 'r.txt', [{ ...lisbon, lost: true }])
    const stored = readAnnotations(folder, 'r.txt').annotations
    expect(stored).toEqual([{ ...lisbon, lost: true }])
    // The word stands once more in the text, somewhere else: that is not the label's place.
    expect(refind('Nobody had ever seen Lisbon before', stored).found).toEqual([])
    await rewriteAnnotations(folder, 'r.txt', [lisbon])
    expect(readAnnotations(folder, 'r.txt').annotations).toEqual([lisbon])
  })

  it('tells what it lacks of one window: labels it does not have, and older words on others', () => {
    const newer = { ...later, type: 'ORG', at: 9 }
    const person = annotation('Ada Byrne')
    expect(unsaved([lisbon, newer, person], [{ ...lisbon, start: 0 }, later])).toEqual([
      newer,
      person,
    ])
    expect(unsaved([later], [newer])).toEqual([])
  })

  it('is read and placed in pieces, so that others get their turn', async () => {
    const line = 'Then Ada came to Lisbon again. '
    const many = Array.from({ length: 20_000 }, (_, at): Annotation => {
      const start = at * line.length + 5
      const around = { before: 'Then ', after: ' came to' }
      return { ...lisbon, ...around, id: `${at}`, start, end: start + 3, text: 'Ada' }
    })
    appendAnnotations(folder, 'r.txt', many)
    const text = line.repeat(many.length)
    let turns = 0
    const turn = async () => void turns++
    const { annotations } = await inPieces(readingAnnotations(folder, 'r.txt'), turn, 0)
    expect(turns).toBeGreaterThan(10_000)
    turns = 0
    const { found } = await inPieces(refinding(text, annotations), turn, 0)
    expect([found.length, found.at(-1)?.start]).toEqual([20_000, many.at(-1)?.start])
    expect(turns).toBeGreaterThan(10_000)
  })

  it('moves with its file, and stays in its folder', () => {
    appendAnnotations(folder, 'r.txt', [lisbon])
    const at = (file: string) => ({ folder, file })
    expect(moveAnnotations(at('r.txt'), at('b/s.txt'))).toEqual(['b/s.txt'])
    expect(annotatedFiles(folder)).toEqual(['b/s.txt'])
    expect(readAnnotations(folder, 'b/s.txt').header?.file).toBe('b/s.txt')
    expect(() => annotationsPath(folder, '../../x')).toThrow('outside')
  })

  it('loses no label that another window adds, at either place, while it moves', () => {
    const [from, to] = [
      { folder, file: 'r.txt' },
      { folder, file: 's.txt' },
    ]
    const person = annotation('Ada Byrne', { type: 'PER' })
    appendAnnotations(folder, 'r.txt', [lisbon])
    onceWhileFlushing(() => appendAnnotations(folder, 'r.txt', [later]))
    moveAnnotations(from, to)
    expect(readAnnotations(folder, 's.txt').annotations).toEqual([lisbon, later])
    appendAnnotations(folder, 'r.txt', [lisbon])
    onceWhileFlushing(() => appendAnnotations(folder, 's.txt', [person]))
    moveAnnotations(from, to)
    expect(readAnnotations(folder, 's.txt').annotations).toEqual([person, lisbon, later])
    expect(annotatedFiles(folder)).toEqual(['s.txt'])
  })

  it('moves with a folder, and into another one that is open', () => {
    const other = path.join(folder, 'other')
    appendAnnotations(folder, 'a/r.txt', [lisbon])
    appendAnnotations(folder, 'a/deep/s.txt', [later])
    appendAnnotations(folder, 'ab.txt', [lisbon])
    moveAnnotations({ folder, file: 'a' }, { folder: other, file: 'c' })
    expect(annotatedFiles(other)).toEqual(['c/deep/s.txt', 'c/r.txt'])
    expect(annotatedFiles(folder)).toEqual(['ab.txt'])
    expect(readAnnotations(other, 'c/r.txt').annotations).toEqual([lisbon])
  })

  it('says where it cannot be written', () => {
    fs.mkdirSync(path.join(folder, '.headway'))
    fs.writeFileSync(path.join(folder, '.headway/annotations'), 'a file in the way')
    expect(() => appendAnnotations(folder, 'r.txt', [lisbon])).toThrow('could not be written')
  })

  it('is the same whatever the order of a merge', () => {
    const other = { ...lisbon, type: 'ORG', by: 'ben' }
    const removed = { ...later, status: 'removed' as const, at: 5 }
    const lists = [[lisbon, later], [other], [removed]]
    const text = (all: Annotation[]) => all.map(formatAnnotation).sort().join('')
    expect(text(newest(...lists))).toBe(text(newest(...[...lists].reverse())))
  })
})

describe('labels whose file was renamed elsewhere', () => {
  const orphans = () => orphanedAnnotations(folder)

  it('are known by text and context in the file under its new name, edited or not', () => {
    appendAnnotations(folder, 'old.txt', [lisbon, later, annotation('Ada Byrne')])
    appendAnnotations(folder, 'there.txt', [lisbon])
    fs.writeFileSync(path.join(folder, 'there.txt'), text)
    const [orphan, ...none] = orphans()
    expect(none).toEqual([])
    expect(orphan?.file).toBe('old.txt')
    const standing = (moved: string) => orphan && standingHere(moved, orphan)
    expect(standing(text)).toBe(3)
    expect(standing(`A line before.\n${text.replace('Ada Byrne arrived', 'Zoe arrived')}`)).toBe(2)
    expect(standing('Lisbon is the capital of Portugal; Ada Byrne is nobody.')).toBeUndefined()
  })

  it('are no orphans once they are removed or lost', () => {
    appendAnnotations(folder, 'old.txt', [
      { ...lisbon, status: 'removed' },
      { ...later, lost: true },
    ])
    expect(orphans()).toEqual([])
  })
})

describe('refind', () => {
  const all = [lisbon, later, annotation('Ada Byrne', { type: 'PER' })]

  it('finds spans after a change elsewhere, by text and context', () => {
    const changed = `News: Lisbon!\n${text.replace('arrived', 'came back')}`
    const { found, lost } = refind(changed, all)
    expect(lost).toEqual([])
    for (const { start, end, text: covered } of found) {
      expect(changed.slice(start, end)).toBe(covered)
    }
    const at = Object.fromEntries(found.map(({ id, start }) => [id, start]))
    expect(at[lisbon.id]).toBe(changed.indexOf('Lisbon', 20))
    expect(at[later.id]).toBe(changed.lastIndexOf('Lisbon'))
  })

  it('keeps labels of repeated lines apart where lines were put in before them', () => {
    const block = (name: string) => `${name}:\n  city: Lisbon\n`
    const was = block('ada') + block('ben')
    const at = (start: number, id: string): Annotation => ({
      ...lisbon,
      id,
      start,
      end: start + 6,
      before: was.slice(Math.max(0, start - 24), start),
      after: was.slice(start + 6, start + 30),
    })
    const cities = [at(was.indexOf('Lisbon'), 'a'), at(was.lastIndexOf('Lisbon'), 'b')]
    const changed = block('zoe') + was
    const { found } = refind(changed, cities)
    const places = found.map(({ id, start }) => [id, changed.slice(start - 13, start - 10)])
    expect(places).toEqual([
      ['a', 'ada'],
      ['b', 'ben'],
    ])
  })

  it('reports those whose text is gone, and finds them when it is back', () => {
    const { found, lost } = refind('Ada Byrne arrived in Porto. Later Porto slept.', all)
    expect(found.map(({ text: covered }) => covered)).toEqual(['Ada Byrne'])
    expect(lost.map(({ lost: gone }) => gone)).toEqual([true, true])
    expect(refind(text, [...found, ...lost])).toEqual({
      found: expect.arrayContaining(all),
      lost: [],
    })
  })
})
