import path from 'node:path'
import { InputError } from '../errors.ts'
import type { DataFiles } from '../experiment/schema.ts'
import { type ExampleOptions, isNaNText, type RawExamples, readExamples } from './examples.ts'
import { labelIndices, labelOrder, scoresOf } from './labels.ts'
import { skippedWarning } from './skipped.ts'
import { splitDev } from './split.ts'

/** Examples of the sentence or pair head, ready for a tokenizer; arrays run in parallel. */
export interface TextExamples {
  readonly file: string
  readonly texts: readonly string[]
  /** Second texts of pairs; null for the sentence head. */
  readonly textPairs: readonly string[] | null
  /** The class, as its place in the label order; with regression the score. */
  readonly targets: readonly number[]
  /** Line of each example in `file`, from 1. */
  readonly lines: readonly number[]
}

export interface TextData {
  /** Label order; empty with regression. */
  readonly labels: readonly string[]
  readonly train: TextExamples
  readonly dev: TextExamples
  readonly test: TextExamples | null
  /** Columns as found in the training data. */
  readonly columns: RawExamples['columns']
  /** One sentence for each file in which rows were skipped. */
  readonly warnings: readonly string[]
}

export interface TextDataOptions {
  /** Folder that the data's paths are relative to. */
  readonly base: string
  readonly head: 'sentence' | 'pair'
  readonly regression: boolean
}

const defaultDevSplit = 0.1

/**
 * Reads and checks all the data of an experiment for the heads on texts.
 * @throws InputError one sentence, with file and line where there is one
 */
export const loadTextData = async (
  data: DataFiles,
  options: TextDataOptions,
): Promise<TextData> => {
  const read = (file: string, columns: RawExamples['columns'] | undefined) =>
    readExamples(path.resolve(options.base, file), {
      textColumn: data.textColumn ?? columns?.text,
      textPairColumn: data.textPairColumn ?? columns?.textPair,
      labelColumn: data.labelColumn ?? columns?.label,
      pair: options.head === 'pair',
      labels: 'required',
      skipBadRows: data.skipBadRows,
      header: data.header,
      quotes: data.quotes,
      labelNames: data.labels,
    })
  const train = await read(data.train, undefined)
  const labels = options.regression ? [] : labelOrder(train, data.labels)
  refuseOneText(train)
  const targets = targetsOf(train, labels, options.regression)
  if (options.regression && new Set(targets).size === 1) {
    throw new InputError(
      `${train.file}: every row has the score ${targets[0]}; there is nothing to learn.`,
    )
  }
  const others: RawExamples[] = []
  const readOther = async (file: string): Promise<TextExamples> => {
    const raw = await read(file, train.columns)
    others.push(raw)
    return examplesOf(raw, targetsOf(raw, labels, options.regression))
  }
  const all = examplesOf(train, targets)
  const parts =
    data.dev === undefined
      ? holdOut(all, options.regression, data.devSplit ?? defaultDevSplit)
      : { train: all, dev: await readOther(data.dev) }
  const test = data.test === undefined ? null : await readOther(data.test)
  const warnings = [train, ...others].flatMap((raw) => [
    ...skippedWarning(raw, 'row'),
    ...missingTextWarning(raw),
  ])
  return { labels, ...parts, test, columns: train.columns, warnings }
}

/**
 * Reads one file with a model's labels: to evaluate it, or (labels `none`) to predict on it. The
 * warnings say what was skipped.
 * @throws InputError as `loadTextData`
 */
export const loadTextExamples = async (
  file: string,
  options: {
    readonly data: Pick<
      ExampleOptions,
      'textColumn' | 'textPairColumn' | 'labelColumn' | 'skipBadRows' | 'header' | 'quotes'
    >
    readonly head: 'sentence' | 'pair'
    readonly regression: boolean
    readonly labels: readonly string[]
    readonly withLabels: boolean
  },
): Promise<{ readonly examples: TextExamples; readonly warnings: readonly string[] }> => {
  const raw = await readExamples(file, {
    textColumn: options.data.textColumn,
    textPairColumn: options.data.textPairColumn,
    labelColumn: options.data.labelColumn,
    pair: options.head === 'pair',
    labels: options.withLabels ? 'required' : 'none',
    skipBadRows: options.data.skipBadRows,
    header: options.data.header,
    quotes: options.data.quotes,
    labelNames: options.labels,
  })
  const targets = options.withLabels ? targetsOf(raw, options.labels, options.regression) : []
  return { examples: examplesOf(raw, targets), warnings: skippedWarning(raw, 'row') }
}

const targetsOf = (raw: RawExamples, labels: readonly string[], regression: boolean): number[] =>
  regression ? scoresOf(raw) : labelIndices(raw, labels)

const examplesOf = (raw: RawExamples, targets: readonly number[]): TextExamples => ({
  file: raw.file,
  texts: raw.texts,
  textPairs: raw.columns.textPair === undefined ? null : raw.textPairs,
  targets,
  lines: raw.lines,
})

const holdOut = (
  all: TextExamples,
  regression: boolean,
  share: number,
): { train: TextExamples; dev: TextExamples } => {
  const { textPairs } = all
  const texts = textPairs
    ? all.texts.map((text, index) => `${text}\t${textPairs[index]}`)
    : all.texts
  const split = splitDev(texts, regression ? undefined : all.targets, share, all.file)
  const train = pick(all, split.train)
  if (!regression && new Set(train.targets).size < 2) {
    throw new InputError(
      `${all.file} has too few rows of each class to hold some out as dev data; give "dev" data.`,
    )
  }
  return { train, dev: pick(all, split.dev) }
}

const pick = (all: TextExamples, indices: readonly number[]): TextExamples => {
  const take = <T>(items: readonly T[]): T[] => indices.map((index) => items[index] as T)
  return {
    file: all.file,
    texts: take(all.texts),
    textPairs: all.textPairs && take(all.textPairs),
    targets: take(all.targets),
    lines: take(all.lines),
  }
}

/** A constant column, or one of NaN only, has nothing to tell the classes by. */
const refuseOneText = ({ file, texts, textPairs, columns }: RawExamples): void => {
  const [text = ''] = texts
  const [pair] = textPairs
  if (texts.length < 2 || texts.some((each) => each !== text)) return
  if (textPairs.some((each) => each !== pair)) return
  const name = typeof columns.text === 'number' ? `column ${columns.text}` : `"${columns.text}"`
  throw new InputError(
    `${file}: every row has the same text in ${name} (${JSON.stringify(text.slice(0, 60))}); name the column that holds the text with "textColumn".`,
  )
}

const missingTextWarning = ({ file, texts, lines }: RawExamples): string[] => {
  const first = texts.findIndex(isNaNText)
  if (first < 0) return []
  const count = texts.filter(isNaNText).length
  return [
    `${file}:${lines[first]} has the text ${texts[first]}, as ${count === 1 ? 'no other row' : `${count - 1} other rows`}: it stands for a missing text.`,
  ]
}
