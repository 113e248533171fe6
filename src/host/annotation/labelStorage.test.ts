import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Annotation } from '../../core/annotation/annotation.ts'
import { formatAnnotations } from '../../core/annotation/annotationFile.ts'
import { annotationsPath, readAnnotations } from '../../core/annotation/annotationStore.ts'
import { LabelledText } from '../../core/annotation/labelledText.ts'
import { TextLines } from '../../core/annotation/textLines.ts'
import { LabelStorage } from './labelStorage.ts'

const file = 'r.txt'
const text = 'Ada Byrne arrived in Lisbon. Later Lisbon slept; Ada Byrne did not.'

let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-labels-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

/** A window with the file open, as the extension host has it. */
class Window {
  readonly warnings: string[] = []
  readonly storage = new LabelStorage({ folder, file }, (message) => this.warnings.push(message))
  readonly labels: LabelledText

  constructor(content = text) {
    this.labels = new LabelledText(TextLines.of(content))
  }

  static async open(content = text, kept: readonly Annotation[] = []): Promise<Window> {
    const window = new Window(content)
    await window.storage.open(window.labels, kept)
    return window
  }

  label(id: string, piece: string, type: string, at: number): void {
    const start = this.labels.text.toString().indexOf(piece)
    const set = [{ id, start, end: start + piece.length, type, status: 'gold' as const }]
    this.labels.change({ what: 'label', set, by: 'ada', at })
    this.storage.save(this.labels.get(id) ? [this.labels.get(id)!] : [])
  }

  get standing(): string[] {
    return this.labels.annotations.map(({ id, type }) => `${id} ${type}`)
  }
}

const onDisk = () =>
  readAnnotations(folder, file)
    .annotations.map(({ id, type }) => `${id} ${type}`)
    .sort()

const write = (annotations: readonly Annotation[]): void => {
  const target = annotationsPath(folder, file)
  fs.mkdirSync(path.dirname(target), { recursive: true })
  fs.writeFileSync(target, formatAnnotations(file, annotations))
}

describe('two windows on one file', () => {
  it('takes over a line that came right before one of its own', async () => {
    const [mine, other] = [await Window.open(), await Window.open()]
    other.label('theirs', 'Ada Byrne', 'PER', 1)
    mine.label('mine', 'Lisbon', 'LOC', 2)
    expect(await mine.storage.takeOver(mine.labels)).toBe(true)
    expect(mine.standing).toEqual(['theirs PER', 'mine LOC'])
    expect(await mine.storage.takeOver(mine.labels)).toBe(false)
  })

  it('is one label where both labelled a span alike, in both and in the file', async () => {
    const [mine, other] = [await Window.open(), await Window.open()]
    mine.label('mine', 'Lisbon', 'LOC', 2)
    other.label('theirs', 'Lisbon', 'LOC', 1)
    await mine.storage.takeOver(mine.labels)
    await other.storage.takeOver(other.labels)
    expect([mine.standing, other.standing]).toEqual([['theirs LOC'], ['theirs LOC']])
    const written = readAnnotations(folder, file).annotations
    expect(written.map(({ id, status }) => `${id} ${status}`).sort()).toEqual([
      'mine removed',
      'theirs gold',
    ])
    expect(await mine.storage.takeOver(mine.labels)).toBe(false)
  })

  it('puts a label of a text that is not saved there to no other place of the word', async () => {
    const [mine, other] = [await Window.open(), await Window.open()]
    mine.label('mine', 'Lisbon', 'LOC', 1)
    other.labels.edit([{ start: 0, end: 0, text: 'Then ' }], false)
    other.label('theirs', 'Lisbon', 'LOC', 2)
    await mine.storage.takeOver(mine.labels)
    expect(mine.standing).toEqual(['mine LOC'])
    mine.labels.edit([{ start: 0, end: 0, text: 'Then ' }], false)
    await other.storage.rewrite(other.labels)
    await mine.storage.takeOver(mine.labels)
    await other.storage.takeOver(other.labels)
    expect([mine.standing, other.standing]).toEqual([['mine LOC'], ['mine LOC']])
  })

  it('keeps both labels where they differ, of which a person accepts one', async () => {
    const [mine, other] = [await Window.open(), await Window.open()]
    mine.label('mine', 'Lisbon', 'LOC', 2)
    other.label('theirs', 'Lisbon', 'ORG', 1)
    await mine.storage.takeOver(mine.labels)
    await other.storage.takeOver(other.labels)
    expect(mine.standing.sort()).toEqual(['mine LOC', 'theirs ORG'])
    expect(other.standing.sort()).toEqual(['mine LOC', 'theirs ORG'])
  })

  it('does not read again what it wrote itself', async () => {
    const mine = await Window.open()
    mine.label('mine', 'Lisbon', 'LOC', 2)
    mine.label('mine', 'Lisbon', 'ORG', 3)
    expect(await mine.storage.takeOver(mine.labels)).toBe(false)
    mine.labels.edit([{ start: 0, end: 0, text: 'Then ' }], false)
    await mine.storage.rewrite(mine.labels)
    expect(await mine.storage.takeOver(mine.labels)).toBe(false)
  })

  it('keeps a label that is given right after a save', async () => {
    const mine = await Window.open()
    mine.label('first', 'Lisbon', 'LOC', 1)
    mine.labels.edit([{ start: 0, end: 0, text: 'Then ' }], false)
    const saved = mine.storage.rewrite(mine.labels)
    mine.label('second', 'Ada Byrne', 'PER', 2)
    mine.label('first', 'Lisbon', 'ORG', 3)
    await saved
    expect(onDisk()).toEqual(['first ORG', 'second PER'])
  })

  it('keeps another window’s label where the text is saved while that is taken over', async () => {
    const [mine, other] = [await Window.open(), await Window.open()]
    mine.label('mine', 'Lisbon', 'LOC', 1)
    other.label('theirs', 'Ada Byrne', 'PER', 2)
    mine.labels.edit([{ start: 0, end: 0, text: 'Then ' }], false)
    const taken = mine.storage.takeOver(mine.labels)
    await Promise.all([taken, mine.storage.rewrite(mine.labels)])
    expect(onDisk()).toEqual(['mine LOC', 'theirs PER'])
    await mine.storage.takeOver(mine.labels)
    expect(mine.standing).toEqual(['theirs PER', 'mine LOC'])
  })

  it('takes over what was there before it rewrote the file', async () => {
    const [mine, other] = [await Window.open(), await Window.open()]
    mine.label('mine', 'Lisbon', 'LOC', 2)
    other.label('theirs', 'Ada Byrne', 'PER', 1)
    await mine.storage.rewrite(mine.labels)
    expect(onDisk()).toEqual(['mine LOC', 'theirs PER'])
    expect(await mine.storage.takeOver(mine.labels)).toBe(true)
    expect(mine.standing).toEqual(['theirs PER', 'mine LOC'])
  })

  it('writes a correction again that another window overwrote with an older one', async () => {
    const mine = await Window.open()
    mine.label('l', 'Lisbon', 'LOC', 1)
    const older = readAnnotations(folder, file).annotations
    mine.label('l', 'Lisbon', 'ORG', 2)
    write(older)
    await mine.storage.takeOver(mine.labels)
    expect(mine.standing).toEqual(['l ORG'])
    expect(onDisk()).toEqual(['l ORG'])
  })

  it('writes labels again that somebody deleted, but not of a text that went with them', async () => {
    const mine = await Window.open()
    mine.label('mine', 'Lisbon', 'LOC', 1)
    const source = path.join(folder, file)
    fs.writeFileSync(source, text)
    fs.rmSync(annotationsPath(folder, file))
    await mine.storage.takeOver(mine.labels)
    expect(onDisk()).toEqual(['mine LOC'])
    fs.rmSync(source)
    fs.rmSync(annotationsPath(folder, file))
    await mine.storage.takeOver(mine.labels)
    expect(onDisk()).toEqual([])
    expect(mine.standing).toEqual(['mine LOC'])
    fs.writeFileSync(source, text)
    await mine.storage.rewrite(mine.labels)
    expect(onDisk()).toEqual(['mine LOC'])
  })

  it('places labels in the text that was typed while they were read', async () => {
    const mine = await Window.open()
    mine.label('l', 'Lisbon', 'LOC', 1)
    const other = new Window()
    const opened = other.storage.open(other.labels)
    other.labels.edit([{ start: 0, end: 0, text: 'Then ' }], false)
    other.label('late', 'Byrne', 'PER', 2)
    await opened
    const places = other.labels.annotations.map(({ start, text: covered }) => [start, covered])
    expect(places).toEqual([
      [9, 'Byrne'],
      [26, 'Lisbon'],
    ])
  })
})

describe('labels whose text is gone', () => {
  const gone = text.replace('in Lisbon', 'there').replace('Later Lisbon', 'Nobody')

  it('are named once, and not taken for another place of the word', async () => {
    const mine = await Window.open()
    mine.label('l', 'Lisbon', 'LOC', 1)
    const first = await Window.open(gone)
    expect(first.warnings).toEqual([
      '1 label of r.txt lost its text: ‘Lisbon’. It comes back with it.',
    ])
    const second = await Window.open(`${gone} The train from Lisbon was late.`)
    expect([second.warnings, second.standing]).toEqual([[], []])
    const third = await Window.open()
    expect(third.standing).toEqual(['l LOC'])
    expect((await Window.open(gone)).warnings).toHaveLength(1)
  })

  it('stay lost where another window writes, as long as their text is gone here', async () => {
    const [mine, other] = [await Window.open(), await Window.open()]
    mine.label('l', 'Lisbon', 'LOC', 1)
    mine.labels.edit([{ start: 18, end: 27, text: '' }], false)
    other.label('theirs', 'Ada Byrne', 'PER', 2)
    await mine.storage.takeOver(mine.labels)
    expect(mine.standing).toEqual(['theirs PER'])
    expect(mine.warnings).toEqual([])
    await mine.storage.rewrite(mine.labels)
    expect(readAnnotations(folder, file).annotations.find(({ id }) => id === 'l')?.lost).toBe(true)
  })
})

describe('labels that cannot be written', () => {
  it('are said once, known as unwritten, and written by whoever opens the file with them', async () => {
    const target = annotationsPath(folder, file)
    fs.mkdirSync(target, { recursive: true })
    const mine = await Window.open()
    mine.label('l', 'Lisbon', 'LOC', 1)
    mine.label('a', 'Ada Byrne', 'PER', 2)
    expect(mine.warnings).toHaveLength(1)
    const kept = mine.labels.records.filter((each) => mine.storage.isUnwritten(each))
    expect(kept.map(({ id }) => id)).toEqual(['l', 'a'])
    fs.rmdirSync(target)
    const again = await Window.open(`Later: ${text}`, kept)
    expect(again.standing).toEqual(['a PER', 'l LOC'])
    expect(onDisk()).toEqual(['a PER', 'l LOC'])
    expect(again.labels.records.some((each) => again.storage.isUnwritten(each))).toBe(false)
  })

  it('are written with the text, where that works', async () => {
    const target = annotationsPath(folder, file)
    const mine = await Window.open()
    fs.mkdirSync(target, { recursive: true })
    mine.label('l', 'Lisbon', 'LOC', 1)
    fs.rmdirSync(target)
    await mine.storage.rewrite(mine.labels)
    expect(mine.labels.records.some((each) => mine.storage.isUnwritten(each))).toBe(false)
    expect(onDisk()).toEqual(['l LOC'])
  })
})

it('leaves a file alone that is being renamed', async () => {
  const mine = await Window.open()
  mine.label('l', 'Lisbon', 'LOC', 1)
  mine.labels.edit([{ start: 0, end: 0, text: 'Then ' }], false)
  const rewritten = mine.storage.rewrite(mine.labels)
  mine.storage.abandon()
  await rewritten
  expect(readAnnotations(folder, file).annotations[0]?.start).toBe(21)
})

it('opens, takes over and saves 20,000 labels in pieces', async () => {
  const line = 'Then Ada came to Lisbon again. '
  const many = Array.from({ length: 20_000 }, (_, at): Annotation => {
    const start = at * line.length + 5
    const place = { start, end: start + 3, text: 'Ada', before: 'Then ', after: ' came to' }
    return { id: `${at}`, type: 'PER', status: 'gold', by: 'ada', at: 1, ...place }
  })
  write(many)
  const mine = new Window(line.repeat(many.length))
  const turnsDuring = async (work: Promise<unknown>): Promise<number> => {
    let turns = 0
    let over = false
    const turn = () => {
      turns++
      if (!over) setImmediate(turn)
    }
    setImmediate(turn)
    await work
    over = true
    return turns
  }
  expect(await turnsDuring(mine.storage.open(mine.labels))).toBeGreaterThan(5)
  expect(mine.labels.annotations.length).toBe(many.length)
  const other = await Window.open(line.repeat(many.length))
  other.label('more', 'Lisbon', 'LOC', 2)
  expect(await turnsDuring(mine.storage.takeOver(mine.labels))).toBeGreaterThan(5)
  mine.labels.edit([{ start: 0, end: 0, text: 'x' }], false)
  expect(await turnsDuring(mine.storage.rewrite(mine.labels))).toBeGreaterThan(5)
  expect(readAnnotations(folder, file).annotations.at(0)?.start).toBe(6)
})
