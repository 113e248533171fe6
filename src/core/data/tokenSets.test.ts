import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import { loadTokenSets } from './tokenSets.ts'

let files: TemporaryFiles
beforeEach(() => {
  files = new TemporaryFiles()
})
afterEach(() => files.remove())

/** `word/TAG word/TAG`, one sentence a line, as CoNLL. */
const write = (name: string, ...sentences: string[]) =>
  files.write(
    name,
    sentences
      .map(
        (line) =>
          `${line
            .split(' ')
            .map((pair) => pair.replace('/', ' '))
            .join('\n')}\n\n`,
      )
      .join(''),
  )
const load = (more: object = {}) =>
  loadTokenSets({ train: 'train.conll', dev: 'dev.conll', ...more }, files.dir)

describe('the data of the token head', () => {
  it('are in IOB2, O first and B- before I-', async () => {
    write('train.conll', 'Ann/I-PER Lee/I-PER ran/O', 'in/O New/I-LOC York/I-LOC', 'so/O')
    write('dev.conll', 'Bob/I-PER sat/O')
    const data = await load()
    expect(data.kind).toBe('spans')
    expect(data.labels).toEqual(['O', 'B-LOC', 'I-LOC', 'B-PER', 'I-PER'])
    expect(data.train[0]?.tags).toEqual(['B-PER', 'I-PER', 'O'])
    expect(data.warnings).toEqual([])
  })

  it('may have tags in dev that cannot be predicted: they are named', async () => {
    write('train.conll', 'Ann/B-PER ran/O')
    write('dev.conll', 'Ann/B-PER in/O Rome/B-LOC')
    const { labels, warnings } = await load()
    expect(labels).toEqual(['O', 'B-PER'])
    expect(warnings.join()).toMatch(/dev\.conll has a tag that the training data lack \(B-LOC\)/)
  })

  it('are split by sentence where there is no dev', async () => {
    write('train.conll', ...Array.from({ length: 40 }, (_, at) => `w${at}/NOUN is/VERB`))
    const { train, dev, kind } = await load({ dev: undefined })
    expect(kind).toBe('classes')
    expect([train.length, dev.length]).toEqual([36, 4])
  })

  it.each([
    ['a/O b/O', 'a/O', /train\.conll has only the tag O/],
    ['a/X b/X', 'a/X', /train\.conll has only the tag "X"/],
    ['a/B-PER b/O', 'a/NOUN b/VERB', /dev\.conll has classes, the training data .* has span tags/],
  ])('%s with dev %s are refused', async (train, dev, message) => {
    write('train.conll', train)
    write('dev.conll', dev)
    await expect(load()).rejects.toThrow(message)
  })

  it('take a dev file that is all O, and refuse an empty one', async () => {
    write('train.conll', 'Ann/B-PER ran/O')
    write('dev.conll', 'a/O b/O')
    expect((await load()).dev).toHaveLength(1)
    files.write('dev.conll', '')
    await expect(load()).rejects.toThrow(/dev\.conll has no sentences/)
  })

  it('want all tags among given labels', async () => {
    write('train.conll', 'Ann/B-PER ran/O')
    write('dev.conll', 'a/O b/O')
    expect((await load({ labels: ['B-PER', 'I-PER', 'O'] })).labels).toEqual([
      'B-PER',
      'I-PER',
      'O',
    ])
    await expect(load({ labels: ['O', 'B-LOC'] })).rejects.toThrow(/has the tag "B-PER"/)
  })
})
