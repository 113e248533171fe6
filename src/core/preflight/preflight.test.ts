import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import { fixture } from '../../../test/support/engineFiles.ts'
import { runRecord } from '../../../test/support/runRecords.ts'
import type { DataFiles, TaskHead } from '../experiment/schema.ts'
import { loadTokenizer } from '../tokenizer/loadTokenizer.ts'
import { estimateTime, speedOfRuns, typicalLength } from './estimate.ts'
import type { Finding } from './findings.ts'
import { type PreflightOptions, runPreflight } from './preflight.ts'
import { SeenTexts } from './seenTexts.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

const tokenizer = loadTokenizer(fixture('training'))

const preflight = (
  head: TaskHead,
  contents: Partial<Record<'train' | 'dev' | 'test', string>>,
  options: Partial<PreflightOptions> & {
    readonly ending?: string
    columns?: Partial<DataFiles>
  } = {},
) => {
  const { ending = 'tsv', columns, ...rest } = options
  const names = Object.entries(contents).map(
    ([part, content]) => [part, path.basename(files.write(`${part}.${ending}`, content))] as const,
  )
  const data = { train: '', ...Object.fromEntries(names), ...columns }
  return runPreflight({ head, data, base: files.dir, tokenizer, maxLength: 32, ...rest })
}

/** `warning leak dev.tsv:3`, for comparison. */
const brief = ({ severity, kind, file, line }: Finding): string =>
  `${severity} ${kind} ${path.basename(file ?? '')}${line === undefined ? '' : `:${line}`}`

const filler = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => `filler ${from + at}\t${at % 2 ? 'good' : 'bad'}`)
const table = (rows: readonly string[]): string => `text\tlabel\n${rows.join('\n')}\n`

describe('the preflight of texts', () => {
  it('remarks nothing where nothing is wrong', async () => {
    const { files: reports, findings } = await preflight('sentence', {
      train: table(filler(120)),
      dev: table(filler(100, 500)),
    })
    expect(findings).toEqual([])
    expect(reports.map(({ part, examples, format }) => [part, examples, format])).toEqual([
      ['train', 120, 'TSV with header'],
      ['dev', 100, 'TSV with header'],
    ])
    expect(reports[0]?.labels).toMatchObject([
      { label: 'bad', count: 60 },
      { label: 'good', count: 60 },
    ])
    expect(reports[0]?.columns).toEqual({ text: 'text', label: 'label' })
  })

  const planted: [string, string[], string[]][] = [
    ['an empty text', ['\tgood'], ['error badRow train.tsv:122']],
    ['white space for a text', ['  \tgood'], ['error badRow train.tsv:122']],
    ['a row without its label', ['more'], ['error badRow train.tsv:122']],
    ['a missing label', ['more\tnan'], ['error badRow train.tsv:122']],
    ['a header line again', ['text\tlabel'], ['error badRow train.tsv:122']],
    ['a duplicate', ['Filler  7\tgood'], ['note duplicate train.tsv:122']],
    ['a contradiction', ['filler 7\tbad'], ['warning contradiction train.tsv:122']],
    ['NaN for a text', ['nan\tgood'], ['warning text.missing train.tsv:122']],
    ['a lost character', ['caf\ufffd\tgood'], ['warning text.replacement train.tsv:122']],
    ['a broken encoding', ['cafÃ©\tgood'], ['warning text.mojibake train.tsv:122']],
    ['a carriage return', ['a\rb\tgood'], ['warning text.return train.tsv:122']],
    ['a control character', ['a\u0007b\tgood'], ['warning text.control train.tsv:122']],
    ['a rare label', ['more\tugly'], ['warning rareLabel train.tsv:122']],
    [
      'texts that are cut',
      Array.from({ length: 30 }, (_, at) => `${'the '.repeat(60)}${at}\tgood`),
      ['warning truncation train.tsv'],
    ],
    ['one text that is cut', [`${'the '.repeat(40)}\tgood`], ['note truncation train.tsv']],
  ]
  it.each(planted)('finds %s', async (_, rows, expected) => {
    const { findings } = await preflight('sentence', { train: table([...filler(120), ...rows]) })
    expect(findings.map(brief)).toEqual(expected)
  })

  it('counts what comes often, and names the first places', async () => {
    const rows = Array.from({ length: 30 }, () => '\tgood')
    const { findings } = await preflight('sentence', { train: table([...filler(120), ...rows]) })
    const [bad] = findings
    expect(bad).toMatchObject({ count: 30, line: 122 })
    expect(bad?.lines).toHaveLength(20)
    expect(bad?.message).toBe(
      'has nothing in "text"; mend the row, or set "skipBadRows" to skip such rows (30 rows cannot be read)',
    )
  })

  it('makes warnings of bad rows that are to be skipped', async () => {
    const { findings } = await preflight(
      'sentence',
      { train: table([...filler(120), '\tgood']) },
      { columns: { skipBadRows: true } },
    )
    expect(findings.map(brief)).toEqual(['warning badRow train.tsv:122'])
  })

  it('compares the files: leaks, and labels that only dev has', async () => {
    const { findings } = await preflight('sentence', {
      train: table(filler(120)),
      dev: table([...filler(100, 500), 'filler 3\tgood', 'new\tugly', 'newer\tugly']),
    })
    expect(findings.map(brief)).toEqual([
      'error unknownLabel dev.tsv:103',
      'warning leak dev.tsv:102',
    ])
    expect(findings[0]).toMatchObject({ count: 2 })
    expect(findings[1]?.message).toContain('line 5 of the train data')
  })

  it('asks about quotes that enclose texts of TSV', async () => {
    const quoted = filler(120).map((row) => row.replace(/^(.*)\t/, '"$1, ""so"""\t'))
    const all = await preflight('sentence', { train: table(quoted) })
    expect(all.findings.map(brief)).toEqual(['warning text.quotes train.tsv:2'])
    const some = [...filler(120), ...quoted.slice(0, 12)]
    const part = await preflight('sentence', { train: table(some) })
    expect(part.findings.map(brief)).toEqual(['warning text.quotes train.tsv:122'])
    expect(part.findings[0]?.count).toBe(12)
    const speech = [...some, '"So," he said\tgood']
    expect((await preflight('sentence', { train: table(speech) })).findings).toEqual([])
    for (const quotes of [true, false]) {
      const { findings } = await preflight(
        'sentence',
        { train: table(quoted) },
        { columns: { quotes } },
      )
      expect(findings).toEqual([])
    }
  })

  it('names all the data that a leak is from', async () => {
    const { findings } = await preflight('sentence', {
      train: table(filler(120)),
      dev: table(filler(100, 500)),
      test: table([...filler(100, 800), 'filler 2\tbad', 'filler 510\tbad']),
    })
    const leak = findings.find(({ kind }) => kind === 'leak')
    expect(leak?.message).toContain('also in the train and dev data')
    expect(leak?.message).toContain('the first repeats line 4 of the train data')
  })

  const hopeless: [string, string, Partial<PreflightOptions>, string][] = [
    ['one class', table(filler(60).map((row) => row.replace('bad', 'good'))), {}, 'oneClass'],
    ['scores', table(filler(60).map((_, at) => `text ${at}\t${at / 7}`)), {}, 'scores'],
    ['words for scores', table(filler(60)), { regression: true }, 'noScore'],
    ['a constant text', table(filler(60).map((_, at) => `same\t${at % 2}`)), {}, 'column.constant'],
    ['NaN for all texts', table(filler(60).map((_, at) => `NaN\t${at % 2}`)), {}, 'column.missing'],
    [
      'text for labels',
      table(filler(60).map((_, at) => `a\tb${'c'.repeat(200)}${at}`)),
      {},
      'textLabels',
    ],
  ]
  it.each(hopeless)('refuses %s', async (_, train, options, kind) => {
    const { findings } = await preflight('sentence', { train }, options)
    expect(
      findings.filter(({ severity }) => severity === 'error').map((each) => each.kind),
    ).toContain(kind)
  })

  it('says that a column counts the rows, where it is used', async () => {
    const rows = filler(60).map((row, at) => `${at}\t${row}`)
    const train = `id\ttext\tlabel\n${rows.join('\n')}`
    expect((await preflight('sentence', { train })).findings).toEqual([])
    const used = await preflight('sentence', { train }, { columns: { textColumn: 'id' } })
    expect(used.findings.map(brief)).toEqual(['warning column.ids train.tsv'])
  })

  it('counts pieces of both texts of a pair', async () => {
    const train = `premise\thypothesis\tlabel\n${filler(60)
      .map((row) => `the the the\t${row}`)
      .join('\n')}`
    const { files: reports } = await preflight('pair', { train })
    const { length } = tokenizer.encode('the the the', { textPair: 'filler 0' }).ids
    expect(reports[0]?.lengths.bins[0]?.count).toBe(60)
    expect(reports[0]?.lengths.longest).toBeGreaterThanOrEqual(length)
  })

  it('names a file that cannot be read at all', async () => {
    const { findings } = await preflight('sentence', { train: table(filler(60)), dev: 'a\0b' })
    expect(findings.map(brief)).toContain('error unreadable.dev dev.tsv:1')
  })
})

describe('the preflight of tags', () => {
  const sentence = (word: string, tag = 'B-PER') => `${word} ${tag}\nsleeps O\n`
  const many = Array.from({ length: 60 }, (_, at) => sentence(`Ada${at}`))

  it('counts spans, and finds invalid tags and a bad row', async () => {
    const { files: reports, findings } = await preflight(
      'token',
      { train: [...many, 'a O\nb I-LOC\n', 'a O\nb\n'].join('\n') },
      { ending: 'conll' },
    )
    expect(reports[0]).toMatchObject({ examples: 61, bad: 1, format: 'CoNLL columns, IOB2' })
    expect(reports[0]?.labels).toMatchObject([
      { label: 'LOC', count: 1 },
      { label: 'PER', count: 60 },
    ])
    expect(findings.map(brief)).toEqual([
      'error badRow train.conll:185',
      'warning invalidTag train.conll:182',
      'warning rareLabel train.conll:182',
    ])
  })

  it('warns of types that only dev has', async () => {
    const dev = Array.from({ length: 100 }, (_, at) => sentence(`Bo${at}`, 'B-ORG'))
    const { findings } = await preflight(
      'token',
      { train: many.join('\n'), dev: dev.join('\n') },
      { ending: 'conll' },
    )
    expect(findings.map(brief)).toEqual(['warning unknownLabel dev.conll:1'])
  })

  it('says which columns it read', async () => {
    const columns = async (train: string, ending: string) =>
      (await preflight('token', { train }, { ending })).files[0]?.columns
    expect(await columns('EU NNP B-ORG\nja UH O\n', 'conll')).toEqual({ word: 0, tag: 2 })
    expect(await columns('{"tokens": ["EU"], "ner_tags": ["O"]}\n', 'jsonl')).toEqual({
      word: 'tokens',
      tag: 'ner_tags',
    })
    const row = ['1', 'EU', '_', 'NOUN', 'N', '_', '_', '_', '_', '_'].join('\t')
    expect(await columns(`${row}\n`, 'conllu')).toEqual({ word: 'form', tag: 'upos' })
  })

  it.each([
    [
      'B_',
      'the tags look like spans, as "B_PER", but are read as a class for each word: write "B-PER"',
    ],
    [
      'b-',
      'the tags look like spans, as "b-PER", but are read as a class for each word: write "B-PER"',
    ],
  ])('warns of tags that look like spans: %s', async (form, message) => {
    const train = many.join('\n').replaceAll('B-', form)
    const { findings } = await preflight('token', { train }, { ending: 'conll' })
    expect(findings.find(({ kind }) => kind === 'spanTags')).toMatchObject({ message })
  })

  it('tells a letter without a type from spans that have none', async () => {
    const kinds = async (train: string) =>
      (await preflight('token', { train }, { ending: 'conll' })).findings.map(brief)
    const rows = many.join('\n')
    expect(await kinds(rows.replaceAll('B-PER', 'B'))).toEqual(await kinds(rows))
    expect(await kinds(`${rows}\nx B\n`)).toContainEqual(
      expect.stringMatching(/^warning invalidTag/),
    )
  })

  it('refuses tags that are all the same', async () => {
    const train = many.join('\n').replaceAll('B-PER', 'O')
    const { findings } = await preflight('token', { train }, { ending: 'conll' })
    expect(findings.map(brief)).toContain('error oneClass train.conll:1')
  })
})

describe('the preflight of questions', () => {
  const squad = (count: number, start: number, context = 'The context') =>
    JSON.stringify({
      data: [
        {
          paragraphs: Array.from({ length: count }, (_, at) => ({
            context: `${context} ${at}`,
            qas: [
              {
                id: `${at}`,
                question: `Which ${at}?`,
                answers: [{ text: 'context', answer_start: start }],
              },
            ],
          })),
        },
      ],
    })

  it('finds answers that are not at their offsets', async () => {
    const { findings } = await preflight('qa', { train: squad(60, 5) }, { ending: 'json' })
    expect(findings.map(brief)).toEqual([
      'error badRow train.json:1',
      'error unreadable.train train.json',
    ])
    expect(findings[0]?.message).toContain('where its context reads')
  })

  it('looks at contexts too, at each once', async () => {
    const train = (context: string) => squad(60, 4, `The context ${context}`)
    const kinds = [
      ['cafÃ©', 'text.mojibake'],
      ['caf\ufffd', 'text.replacement'],
      ['caf\u0007', 'text.control'],
    ] as const
    for (const [context, kind] of kinds) {
      const { findings } = await preflight('qa', { train: train(context) }, { ending: 'json' })
      expect(findings.map(brief)).toEqual([`warning ${kind} train.json:1`])
      expect(findings[0]?.count).toBe(60)
    }
    const line = (at: number) =>
      JSON.stringify({ id: at, question: `Which ${at}?`, context: 'A cafÃ©', answer: 'A' })
    const one = Array.from({ length: 60 }, (_, at) => line(at)).join('\n')
    const { findings, files: reports } = await preflight('qa', { train: one }, { ending: 'jsonl' })
    // Of one document nothing can be held out.
    expect(findings.map(({ kind, count }) => [kind, count])).toEqual([
      ['holdOut', undefined],
      ['text.mojibake', 1],
    ])
    expect(reports[0]?.columns).toEqual({
      question: 'question',
      context: 'context',
      answer: 'answer',
    })
  })

  it('finds contexts that both files have', async () => {
    const { findings } = await preflight(
      'qa',
      { train: squad(60, 4), dev: squad(100, 4).replaceAll('Which', 'What') },
      { ending: 'json' },
    )
    expect(findings.map(brief)).toEqual(['warning leak.context dev.json:1'])
    expect(findings[0]).toMatchObject({ count: 60 })
  })
})

describe('the time it takes', () => {
  const shape = { layers: 2, hiddenSize: 8, intermediateSize: 32 }

  it('is that of an earlier run on the same data', async () => {
    const found = await preflight('sentence', {
      train: table(filler(1000)),
      dev: table(filler(100)),
    })
    const { config } = runRecord()
    const wanted = { ...config, train: 'train.tsv' }
    const run = runRecord({
      state: 'done',
      examplesPerSecond: 50,
      config: { ...config, epochs: 2 },
    })
    const speed = speedOfRuns([run], wanted, found, shape)
    expect(speed?.from).toBe('run')
    if (!speed) return
    const { run: seconds, paperGrid } = estimateTime(found, shape, speed, { epochs: 3 })
    // 3 × (1000 + a third of 100) / 50 per second, and what is around it.
    expect(seconds).toBeCloseTo(3 * (1000 + 100 / 3) * (1 / 50) + 4, 5)
    expect(paperGrid).toBeCloseTo(54 * (1000 + 100 / 3) * (1 / 50) + 4 + 17, 5)
    expect(speedOfRuns([run], { ...wanted, maxLength: 64 }, found, shape)).toBeUndefined()
    expect(speedOfRuns([{ ...run, state: 'failed' }], wanted, found, shape)).toBeUndefined()
  })

  it('grows with the length, up to the maximum', async () => {
    const seconds = async (words: number) => {
      const rows = filler(200).map((row) => `${'the '.repeat(words)}${row}`)
      const found = await preflight('sentence', { train: table(rows) })
      expect(typicalLength(found)).toBeLessThanOrEqual(32)
      return estimateTime(found, shape, { flopsPerSecond: 1e6, from: 'measured' }, { epochs: 1 })
        .run
    }
    expect(await seconds(20)).toBeGreaterThan(1.5 * (await seconds(2)))
  })
})

describe('texts that were seen', () => {
  it('are remembered by the thousand, up to a limit', () => {
    const seen = new SeenTexts(10_000)
    for (let at = 0; at < 12_000; at++)
      expect(seen.add(`text ${at}`, 'a', 0, at + 1)).toBeUndefined()
    expect(seen.full).toBe(true)
    expect(seen.add('text 9999', 'a', 1, 1)).toEqual({ part: 0, line: 10_000, sameTarget: true })
    expect(seen.add('text 0', 'b', 1, 1)).toEqual({ part: 0, line: 1, sameTarget: false })
    expect(seen.add('text 11999', 'a', 1, 1)).toBeUndefined()
  })
})
