import fs from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import type { DataFiles } from '../experiment/schema.ts'
import { inspectDataFile } from './inspect.ts'
import { sortLabels } from './labels.ts'
import { splitDev } from './split.ts'
import { loadTextData } from './textData.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

const load = (data: DataFiles, regression = false, head: 'sentence' | 'pair' = 'sentence') =>
  loadTextData(data, { base: files.dir, head, regression })

const table = (rows: readonly string[]) => `sentence\tlabel\n${rows.join('\n')}\n`
const goodRows = Array.from(
  { length: 40 },
  (_, i) => `this is text ${i}\t${i % 2 ? 'good' : 'bad'}`,
)

describe('the data of a sentence head', () => {
  it('has labels in order, numbers for them, and the lines', async () => {
    files.write('train.tsv', table(goodRows))
    files.write('dev.tsv', table(['one more\tgood', 'and one\tbad']))
    const data = await load({ train: 'train.tsv', dev: 'dev.tsv' })
    expect(data.labels).toEqual(['bad', 'good'])
    expect(data.dev).toMatchObject({ targets: [1, 0], lines: [2, 3], textPairs: null })
    expect(data.columns).toEqual({ text: 'sentence', label: 'label' })
    const given = await load({
      train: 'train.tsv',
      dev: 'dev.tsv',
      labels: ['good', 'bad', 'ugly'],
    })
    expect(given.labels).toEqual(['good', 'bad', 'ugly'])
    expect(given.dev.targets).toEqual([0, 1])
  })

  const failures: [string, string, Partial<DataFiles>, RegExp][] = [
    [
      'one class only',
      table(['a\t1', 'b\t1', 'c\t1']),
      {},
      /has only one class: all 3 rows have "1"/,
    ],
    [
      'an unknown column',
      table(goodRows),
      { labelColumn: 'lable' },
      /has no label column "lable"; its columns are "sentence", "label"\.$/,
    ],
    [
      'texts in the label column',
      table(goodRows),
      { textColumn: 'label', labelColumn: 'sentence' },
      /x\.tsv:2: "sentence" looks like text, not labels \(40 different values in 40 rows/,
    ],
    [
      'scores in the label column',
      table(Array.from({ length: 30 }, (_, i) => `a text\t${i / 4}`)),
      {},
      /x\.tsv:3: "label" holds scores .* set "regression"/,
    ],
    ['an empty text', table([...goodRows, '\tgood']), {}, /x\.tsv:42 has nothing in "sentence"/],
    [
      'a text of white space',
      table([...goodRows, ' \tgood']),
      {},
      /x\.tsv:42 has only white space in "sentence"/,
    ],
    ['an empty label', table([...goodRows, 'text\t ']), {}, /x\.tsv:42 has nothing in "label"/],
    ['a missing label', table([...goodRows, 'text\tnan']), {}, /x\.tsv:42 has nan in "label"/],
    [
      'a header line in the middle',
      table([...goodRows, 'sentence\tlabel']),
      {},
      /x\.tsv:42 repeats the header line/,
    ],
    [
      'a column of NaN as text',
      table(['NaN\t1', 'NaN\t2', 'NaN\t1']),
      {},
      /x\.tsv: every row has the same text in "sentence" \("NaN"\)/,
    ],
    [
      'a label that is not among those given',
      table([...goodRows, 'text\tugly']),
      { labels: ['good', 'bad'] },
      /x\.tsv:42 has the label "ugly"/,
    ],
    ['only a header', 'sentence\tlabel\n', {}, /has no rows of data/],
    ['one column for both', table(goodRows), { textColumn: 'label' }, /the same column "label"/],
  ]
  it.each(failures)('refuses %s', async (_, content, data, message) => {
    files.write('x.tsv', content)
    await expect(load({ train: 'x.tsv', ...data })).rejects.toThrow(message)
  })

  it('names the line of a dev label that is not in train', async () => {
    files.write('train.tsv', table(goodRows))
    const dev = files.write('other.tsv', table(['a text\tgood', 'a text\tugly']))
    await expect(load({ train: 'train.tsv', dev: 'other.tsv' })).rejects.toThrow(
      `${dev}:3 has the label "ugly"`,
    )
  })

  it('reads columns by number where there is no header', async () => {
    files.write('plain.csv', goodRows.map((row) => row.replace('\t', ',')).join('\n'))
    const data = await load({ train: 'plain.csv' })
    expect(data.columns).toEqual({ text: 0, label: 1 })
    expect(data.train.texts.length + data.dev.texts.length).toBe(40)
  })

  it('skips bad rows where it is told to, and says so', async () => {
    files.write('bad.tsv', table([...goodRows, 'only a text']))
    await expect(load({ train: 'bad.tsv' })).rejects.toThrow('bad.tsv:42 has 1 field')
    const data = await load({ train: 'bad.tsv', skipBadRows: true })
    expect(data.warnings).toHaveLength(1)
    expect(data.warnings[0]).toMatch(/1 bad row skipped, the first: .*bad\.tsv:42/)
  })

  it('reads scores, and names the line of what is none', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `text number ${i}\t${i / 4}`)
    files.write('scores.tsv', table(rows))
    const data = await load({ train: 'scores.tsv' }, true)
    expect(data.labels).toEqual([])
    expect(data.train.targets.every(Number.isFinite)).toBe(true)
    files.write('scores.tsv', table([...rows, 'text\tmuch']))
    await expect(load({ train: 'scores.tsv' }, true)).rejects.toThrow(
      'scores.tsv:32 has "much" in "label", which is not a number',
    )
  })
})

describe('label order', () => {
  it('is by number where all are integers', () => {
    expect(sortLabels(['10', '9', '1'])).toEqual(['1', '9', '10'])
    expect(sortLabels(['b', 'a', '10', '9'])).toEqual(['10', '9', 'a', 'b'])
  })
})

describe('the dev split', () => {
  const texts = Array.from({ length: 200 }, (_, i) => `text ${i}`)
  const classes = texts.map((_, i) => (i % 10 === 0 ? 1 : 0))

  it('takes the share of every class, the same each time', () => {
    const { train, dev } = splitDev(texts, classes, 0.1, 'f')
    expect(dev).toHaveLength(20)
    expect(dev.filter((index) => classes[index] === 1)).toHaveLength(2)
    expect([...train, ...dev].sort((a, b) => a - b)).toEqual(texts.map((_, i) => i))
    expect(splitDev(texts, classes, 0.1, 'f').dev).toEqual(dev)
  })

  it('keeps equal texts on one side', () => {
    const twice = [...texts, ...texts.map((text) => ` ${text.toUpperCase()}`)]
    const { train, dev } = splitDev(twice, [...classes, ...classes], 0.2, 'f')
    const trained = new Set(train.map((index) => index % 200))
    expect(dev.filter((index) => trained.has(index % 200))).toEqual([])
  })

  it('takes the smallest document where each is more than the share', () => {
    const documents = ['a', 'b', 'c', 'd', 'e'].flatMap((text) =>
      new Array<string>(text === 'c' ? 39 : 40).fill(text),
    )
    const { train, dev } = splitDev(documents, undefined, 0.1, 'f')
    expect(new Set(dev.map((at) => documents[at]))).toEqual(new Set(['c']))
    expect([train.length, dev.length]).toEqual([160, 39])
    expect(splitDev(['a', 'a', 'b', 'b'], undefined, 0.1, 'f').dev).toHaveLength(2)
    // Of each class one text stays to be learned from.
    const two = splitDev(['a', 'a', 'b', 'b', 'b', 'c', 'c'], [0, 0, 0, 0, 0, 1, 1], 0.1, 'f')
    expect(two.dev).toEqual([0, 1])
  })

  it('refuses what cannot be split', () => {
    expect(() => splitDev(['a', 'a'], [0, 0], 0.1, 'f.tsv')).toThrow('f.tsv has too few')
  })
})

const shared = path.resolve(import.meta.dirname, '../../../../shared/data')

describe.skipIf(!fs.existsSync(shared))('research data (needs ../shared)', () => {
  it.each([
    ['sst2', { text: 'sentence', label: 'label' }, true],
    ['cola', { text: 3, label: 1 }, false],
    ['mrpc', { text: '#1 String', textPair: '#2 String', label: 'Quality' }, true],
    ['rte', { text: 'sentence1', textPair: 'sentence2', label: 'label' }, true],
    ['mnli', { text: 'sentence1', textPair: 'sentence2', label: 'gold_label' }, true],
    ['stsb', { text: 'sentence1', textPair: 'sentence2', label: 'score' }, true],
  ])('columns of %s', async (name, guess, header) => {
    const head = await inspectDataFile(path.join(shared, name, 'train.tsv'))
    expect(head.guess).toEqual(guess)
    expect(head.header).toBe(header)
    expect(head.looksLikeScores).toBe(name === 'stsb')
  })

  it.each([
    ['sst2', 5000, 872, 'sentence'],
    ['cola', 8551, 1043, 'sentence'],
    ['mrpc', 3667, 408, 'pair'],
    ['rte', 2490, 277, 'pair'],
    ['mnli', 7999, 2000, 'pair'],
    ['stsb', 5749, 1500, 'pair'],
  ] as const)('all rows of %s', async (name, train, dev, head) => {
    const options = { base: shared, head, regression: name === 'stsb' }
    const files = { train: `${name}/train.tsv`, dev: `${name}/dev.tsv` }
    const data = await loadTextData(files, options)
    expect([data.train.texts.length, data.dev.texts.length]).toEqual([train, dev])
  })
})
