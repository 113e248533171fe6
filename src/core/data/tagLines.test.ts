import { afterAll, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import { hasTagLines } from './tagLines.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

describe('lines of a word and its tag', () => {
  it.each([
    ['spans of any model', 'Lake O\nTiticaca I-LOC\n'],
    ['four columns', 'EU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\nBob NNP B-NP B-PER\n'],
    ['parts of speech, full stops among them', 'Bob NNP\nleft VBD\n. .\n'],
    ['a row that is broken: the reader names it', 'a O\nb O\nc\nd O\ne B-PER\n'],
    ['CoNLL-U', `1\tBob\tBob\tPROPN\t${'_\t'.repeat(5)}_\n`],
  ])('are %s', async (_, text) => {
    expect(await hasTagLines(files.write('a.txt', text), ['NNP', 'VBD', '.'])).toBe(true)
  })

  it.each([
    ['sentences', 'Anna lives in Paris.\n\nIt rains.\n'],
    ['names below each other', 'Anna Meyer\n\nBob Smith\n'],
    ['words set apart, whose last one is a tag of punctuation', 'Anna left .\n\nBob came .\n'],
    ['one text with what looks like a tag', 'He lacks vitamin B-12\n'],
    ['nothing', ''],
  ])('are not %s', async (_, text) => {
    expect(await hasTagLines(files.write('b.txt', text), ['NNP', '.'])).toBe(false)
  })
})
