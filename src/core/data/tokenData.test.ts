import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import { InputError } from '../errors.ts'
import { loadTokenData, readTokenSentences } from './tokenData.ts'
import { longestSentence, type TokenSentence } from './tokenSentence.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

const read = async (file: string): Promise<TokenSentence[]> => {
  const sentences: TokenSentence[] = []
  for await (const sentence of readTokenSentences(file)) sentences.push(sentence)
  return sentences
}
const words = async (file: string) => (await read(file)).map((sentence) => sentence.words)

describe('CoNLL columns', () => {
  it('end a sentence at an empty line, or one of white space, and at -DOCSTART-', async () => {
    const file = files.write(
      'a.conll',
      '\ufeff-DOCSTART- -X- O O\r\n\r\nEU NNP B-NP B-ORG\r\nrejects VBZ B-VP O\r\n \t\r\n\r\n-DOCSTART- -X- O O\r\nPeter NNP B-NP B-PER\r\n-DOCSTART- -X- O O\r\nB NNP B-NP O',
    )
    expect(await read(file)).toEqual([
      { words: ['EU', 'rejects'], tags: ['B-ORG', 'O'], line: 3, lines: [3, 4] },
      { words: ['Peter'], tags: ['B-PER'], line: 8, lines: [8] },
      { words: ['B'], tags: ['O'], line: 10, lines: [10] },
    ])
  })

  it('keep spaces and no-break spaces in words between tabs', async () => {
    const file = files.write(
      'tabs.conll',
      'New York\tB-LOC\n\u00a0\tO\na\u00a0b\tO \n\t\n\u{1f600}\tO\t\n',
    )
    expect(await words(file)).toEqual([['New York', '\u00a0', 'a\u00a0b'], ['\u{1f600}']])
  })

  it('split at runs of spaces', async () => {
    const file = files.write('spaces.conll', ' a   X  O\nb\u00a0c Y   B-PER \n')
    expect(await read(file)).toMatchObject([{ words: ['a', 'b\u00a0c'], tags: ['O', 'B-PER'] }])
  })

  it('tell comments from the word #', async () => {
    const tabs = files.write(
      'c.conll',
      '# id 1\n# text = a\tb\tc\na\tO\n#\tO\n# in between\n#tag\tO\n',
    )
    expect(await words(tabs)).toEqual([['a', '#', '#tag']])
    const spaces = files.write('d.conll', '# sent 1 of 2\n# O\n#tag O\n\n# newpar id = 2\nb O\n')
    expect(await words(spaces)).toEqual([['#', '#tag'], ['b']])
  })

  it('tell comments that have as many columns as the rows', async () => {
    const rows = 'the NN B-NP O\nWes NN B-NP B-PER\n'
    const spaces = files.write('e.conll', `# sent_id = 1\n${rows}\n# sent_id = 2\n${rows}`)
    const { kind, sentences } = await loadTokenData(spaces)
    expect(kind).toBe('spans')
    expect(sentences.map((each) => each.words)).toEqual([
      ['the', 'Wes'],
      ['the', 'Wes'],
    ])
    const ids = '# id 5b1f-40\tdomain=en\nw _ _ B-X\n\n\n# id 5b1f-41\tdomain=en\nv _ _ O\n'
    expect(await words(files.write('f.conll', ids))).toEqual([['w'], ['v']])
    const tabs = '# id 1\tdomain=en\n# lang=en\tx\n# newdoc\tx\nw\tO\n'
    expect(await words(files.write('g.conll', tabs))).toEqual([['w']])
  })

  it('keep the word # and hashtags at the start of a sentence', async () => {
    const two = '# O\ntext O\n\n#text O\n\n#id B-X\n'
    expect(await words(files.write('h.conll', two))).toEqual([['#', 'text'], ['#text'], ['#id']])
    const four = '# SYM Number=Sing O\n# id = O\n'
    expect(await words(files.write('i.conll', four))).toEqual([['#', '#']])
    const tabs = '#\tid\tO\n\n#\tA=x\tO\n'
    expect(await words(files.write('j.conll', tabs))).toEqual([['#'], ['#']])
  })

  it.each([
    ['a row with too few columns', 'a X O\nb O\n', /:2 has 2 columns, the rows before it have 3/],
    ['a row with too many', 'a\tO\nb\tX\tO\n', /:2 has 3 columns, the rows before it have 2/],
    ['a row with spaces for tabs', 'a\tO\n\nb O\n', /:3 has 1 column,/],
    ['one column', 'a\nb\n', /:1 has one column/],
    ['no word', 'a\tO\n\tO\n', /:2 has no word/],
    ['no tag', 'a\tx\tO\nb\tx\t \n', /:2 has no tag/],
    ['old Mac line ends', 'a O\rb O\r\n', /:1 has a carriage return inside the line/],
    ['a torn last row', 'a O\nb', /:2 has 1 column/],
    ['NUL bytes', 'a O\nb \0\n', /:2 has NUL bytes/],
  ])('report %s', async (_, text, message) => {
    await expect(read(files.write('bad.conll', text))).rejects.toThrow(message)
    await expect(read(files.write('bad.conll', text))).rejects.toThrow(InputError)
  })

  it('report bytes that are not UTF-8', async () => {
    const file = files.write('latin1.conll', Buffer.from('a O\ncaf\xe9 O\n', 'latin1'))
    await expect(read(file)).rejects.toThrow(':2 is not valid UTF-8')
    const only = files.write('only.conll', Buffer.from('caf\xe9 O\n', 'latin1'))
    await expect(read(only)).rejects.toThrow(':1 is not valid UTF-8')
  })

  it('report a sentence without an end', async () => {
    const file = files.write('long.conll', 'a O\n'.repeat(longestSentence + 1))
    await expect(read(file)).rejects.toThrow(':1 begins a sentence of more than 100000 words')
  })
})

const ud = (id: string, form: string, upos: string) =>
  [id, form, '_', upos, 'XX', '_', '_', '_', '_', '_'].join('\t')

describe('CoNLL-U', () => {
  it('passes over ranges, empty nodes and comments', async () => {
    const rows = [
      '# text = don\u2019t',
      ud('1-2', 'don\u2019t', '_'),
      ud('1', 'do', 'AUX'),
      ud('2', 'n\u2019t', 'PART'),
      ud('2.1', 'go', 'VERB'),
      '',
      ud('1', 'a b', 'X'),
    ]
    const file = files.write('a.conllu', `${rows.join('\n')}\n`)
    expect(await read(file)).toEqual([
      { words: ['do', 'n\u2019t'], tags: ['AUX', 'PART'], line: 3, lines: [3, 4] },
      { words: ['a b'], tags: ['X'], line: 7, lines: [7] },
    ])
    expect((await loadTokenData(file)).kind).toBe('classes')
    expect((await loadTokenData(file, { conlluTag: 'xpos' })).sentences[1]?.tags).toEqual(['XX'])
  })

  it('is known without its extension', async () => {
    const file = files.write('u.txt', `# x\n${ud('1', 'a', 'X')}\n`)
    expect((await loadTokenData(file)).format).toBe('conllu')
  })

  it.each([
    ['nine columns', ud('1', 'a', 'X').slice(0, -2), /:1 has 9 columns/],
    ['a gap in the ids', `${ud('1', 'a', 'X')}\n${ud('3', 'b', 'X')}`, /:2 has the id 3 where 2/],
    ['no id', ud('x', 'a', 'X'), /:1 has the id "x"/],
    ['no form', ud('1', '', 'X'), /:1 has no form/],
    ['no tag', ud('1', 'a', '_'), /:1 has no UPOS tag/],
  ])('reports %s', async (_, text, message) => {
    await expect(read(files.write('bad.conllu', text))).rejects.toThrow(message)
  })
})

describe('token data', () => {
  it('is converted to IOB2, what was invalid named', async () => {
    const iob1 = files.write('iob1.conll', 'a I-PER\nb I-PER\nc B-PER\nd I-LOC\ne O\n')
    const data = await loadTokenData(iob1)
    expect(data).toMatchObject({ kind: 'spans', scheme: 'IOB1', issueCount: 0 })
    expect(data.sentences[0]?.tags).toEqual(['B-PER', 'I-PER', 'B-PER', 'B-LOC', 'O'])
    const bioes = files.write(
      'bioes.conll',
      'a S-PER\nb B-LOC\nc E-LOC\nd O\ne S-LOC\nf B-X\ng O\n',
    )
    const second = await loadTokenData(bioes)
    expect(second).toMatchObject({ scheme: 'BIOES', issueCount: 1 })
    expect(second.issues[0]?.message).toBe(
      `${bioes}:6 has the tag B-X before O (BIOES); mend the tag.`,
    )
  })

  it('keeps the invalid tags of IOB2 as they are', async () => {
    const file = files.write('i.conll', 'a B-PER\nb O\n\nc I-PER\nd B-LOC\ne O\nf B-LOC\n')
    const data = await loadTokenData(file)
    expect(data).toMatchObject({ scheme: 'IOB2', issueCount: 1 })
    expect(data.issues).toEqual([
      {
        line: 4,
        message: `${file}:4 has the tag I-PER at the start of a sentence (IOB2); mend the tag.`,
      },
    ])
    expect(data.sentences[1]?.tags[0]).toBe('I-PER')
  })

  it('reads words without tags where none are asked for', async () => {
    const words = async (name: string, text: string): Promise<readonly string[][]> => {
      const found: string[][] = []
      const reader = readTokenSentences(files.write(name, text), { tags: 'none' })
      for await (const sentence of reader) found.push([...sentence.words])
      return found
    }
    expect(await words('one.conll', 'EU\nrejects\n\nPeter\n')).toEqual([
      ['EU', 'rejects'],
      ['Peter'],
    ])
    expect(await words('two.conll', 'EU\tO\nrejects\t\n')).toEqual([['EU', 'rejects']])
    const row = (id: number, form: string) => [id, form, ...'________'].join('\t')
    expect(await words('u.conllu', `${row(1, 'Er')}\n${row(2, 'ist')}\n`)).toEqual([['Er', 'ist']])
    const one = files.write('one.conll', 'EU\n')
    await expect(loadTokenData(one)).rejects.toThrow(`${one}:1 has one column`)
  })

  it('leaves out a sentence with a bad row where that is asked for, and counts it', async () => {
    const file = files.write('skip.conll', 'a O\n\nb O\nc\nd\n\ne O\n')
    await expect(loadTokenData(file)).rejects.toThrow(':4 has 1 column')
    const data = await loadTokenData(file, { skipBadSentences: true })
    expect(data.sentences.map((sentence) => sentence.words)).toEqual([['a'], ['e']])
    expect(data.skipped).toBe(1)
    expect(data.firstSkipped).toContain(':4 has 1 column')
  })

  it('is refused where the tags are text', async () => {
    const rows = Array.from({ length: 101 }, (_, n) => `a text${n}\n`)
    const many = files.write('many.conll', rows.join(''))
    await expect(loadTokenData(many)).rejects.toThrow('(101 different ones for 101 words)')
    const long = files.write('long.conll', `a\t${'x'.repeat(101)}\n`)
    await expect(loadTokenData(long)).rejects.toThrow('(one of 101 characters)')
  })

  it('is refused without words, or where there is no file', async () => {
    await expect(loadTokenData(files.write('e.conll', '\n\n'))).rejects.toThrow('has no sentences')
    await expect(loadTokenData(path.join(files.dir, 'no'))).rejects.toThrow('does not exist')
  })

  it('is an InputError or data, whatever the bytes', async () => {
    const text = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .array(
          fc.constantFrom(
            'a',
            '#',
            '\t',
            ' ',
            '\n',
            '\r',
            'O',
            'B-PER',
            'I-X',
            '1',
            '-DOCSTART-',
            '\u00a0',
            '\u2028',
            '\u{1f600}',
          ),
        )
        .map((parts) => Buffer.from(parts.join(''))),
    )
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('x.conll', 'x.conllu'), async (bytes, name) => {
        const file = files.write(name, bytes)
        try {
          const { sentences } = await loadTokenData(file)
          for (const { words, tags, lines } of sentences) {
            expect(words.length).toBeGreaterThan(0)
            expect([tags.length, lines.length]).toEqual([words.length, words.length])
            expect(words.every((word) => word !== '')).toBe(true)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }),
      { numRuns: 300 },
    )
  })
})

const shared = path.resolve(import.meta.dirname, '../../../../shared/data')

describe.skipIf(!fs.existsSync(shared))('the public data beside the project', () => {
  it.each([
    ['conll03/eng.train.iob2.conll', 14041],
    ['conll03/eng.testa.iob2.conll', 3250],
    ['conll03/eng.testb.iob2.conll', 3453],
    ['wnut17/wnut17train.conll', 3394],
    ['wnut17/emerging.dev.conll', 1009],
    ['wnut17/emerging.test.annotated', 1287],
  ])('%s has its sentences, in valid IOB2', async (name, count) => {
    const data = await loadTokenData(path.join(shared, name))
    expect(data.sentences).toHaveLength(count)
    expect(data).toMatchObject({ kind: 'spans', scheme: 'IOB2', issueCount: 0, skipped: 0 })
  })

  it.each([
    ['ud_ewt/train-4000.conllu', 4000],
    ['ud_ewt/en_ewt-ud-dev.conllu', 2001],
    ['ud_ewt/en_ewt-ud-test.conllu', 2077],
  ])('%s has its sentences and at most 17 tags', async (name, count) => {
    const data = await loadTokenData(path.join(shared, name))
    expect(data.sentences).toHaveLength(count)
    expect(data.kind).toBe('classes')
    const tags = new Set(data.sentences.flatMap((sentence) => sentence.tags))
    expect(tags.size).toBe(17)
  })
})

describe('sentences as JSON rows', () => {
  const load = (text: string, options = {}) =>
    loadTokenData(files.write('rows.jsonl', text), options)

  it('are read with the names that the Hub’s data sets have', async () => {
    const { format, kind, sentences } = await load(
      '{"tokens": ["EU", "rejects"], "ner_tags": ["B-ORG", "O"]}\n\n{"tokens": ["Peter"], "ner_tags": ["B-PER"]}\n',
    )
    expect([format, kind]).toEqual(['rows', 'spans'])
    expect(sentences[1]).toEqual({ words: ['Peter'], tags: ['B-PER'], line: 3, lines: [3] })
  })

  it('are read with other names, and numbers as classes', async () => {
    const { kind, sentences } = await load('{"w": ["a", "b"], "x": [1, 2], "pos": [0, 7]}', {
      wordColumn: 'w',
      tagColumn: 'pos',
    })
    expect(kind).toBe('classes')
    expect(sentences[0]?.tags).toEqual(['0', '7'])
  })

  it.each([
    ['{"tokens": ["a"], "tags": ["O", "O"]}', /rows\.jsonl:1 has 1 words and 2 tags/],
    ['{"tokens": ["a", ""], "tags": ["O", "O"]}', /:1 has an empty word or tag at place 1/],
    ['{"tokens": ["a", 1], "tags": ["O", "O"]}', /:1 has no list of words in "tokens"/],
    ['{"tokens": ["a"], "x": ["O"]}', /which list holds the tags cannot be told/],
    ['{"tokens": ["a"], "tags": ["O"]}\nnonsense', /rows\.jsonl:2:1 is not valid JSON/],
    ['{"tokens": [], "tags": []}', /has no sentences/],
  ])('%s is refused', async (text, message) => {
    await expect(load(text)).rejects.toThrow(message)
  })
})
