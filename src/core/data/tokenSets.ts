import path from 'node:path'
import { InputError } from '../errors.ts'
import type { DataFiles } from '../experiment/schema.ts'
import type { ColumnKey } from './inspect.ts'
import { type LabelKind, labelKindOf } from './labelKind.ts'
import { skippedWarning } from './skipped.ts'
import { splitDev } from './split.ts'
import { tagOrder } from './tagOrder.ts'
import { loadTokenData, type TokenData, type TokenReadOptions } from './tokenData.ts'
import type { TokenSentence } from './tokenSentence.ts'

/** All the data of an experiment with the token head; span tags are in IOB2. */
export interface TokenSets {
  readonly kind: LabelKind
  /** Tags of the training data, `O` first: the order of the head's outputs. */
  readonly labels: readonly string[]
  readonly train: readonly TokenSentence[]
  readonly dev: readonly TokenSentence[]
  readonly test: readonly TokenSentence[] | null
  /** One sentence each. */
  readonly warnings: readonly string[]
}

type TokenFiles = Pick<
  DataFiles,
  'train' | 'dev' | 'test' | 'devSplit' | 'textColumn' | 'labelColumn' | 'labels' | 'skipBadRows'
>

const defaultDevSplit = 0.1

/**
 * Reads and checks all the data of an experiment for the token head. Tags that only dev or test have
 * are kept, as in the reference scorers: they cannot be predicted, and a warning names them.
 *
 * @throws InputError one sentence, with file and line where there is one
 */
export const loadTokenSets = async (data: TokenFiles, base: string): Promise<TokenSets> => {
  const read = (file: string) =>
    loadTokenData(path.resolve(base, file), {
      ...tokenColumns(data.textColumn, data.labelColumn),
      skipBadSentences: data.skipBadRows ?? false,
    })
  const train = await read(data.train)
  const labels = tagOrder(train.file, tagsOf(train), data.labels)
  const kind = labelKindOf(labels)
  const others: TokenData[] = []
  const readOther = async (file: string): Promise<readonly TokenSentence[]> => {
    const other = await read(file)
    checkKind(other, kind, train.file)
    others.push(other)
    return other.sentences
  }
  const parts =
    data.dev === undefined
      ? holdOut(train, data.devSplit ?? defaultDevSplit)
      : { train: train.sentences, dev: await readOther(data.dev) }
  const test = data.test === undefined ? null : await readOther(data.test)
  const warnings = [
    ...[train, ...others].flatMap(fileWarnings),
    ...others.flatMap((other) => unknownTags(other, labels)),
  ]
  return { kind, labels, ...parts, test, warnings }
}

/**
 * The experiment's columns as the token readers take them: numbers from 0 in CoNLL files, the lists'
 * names in JSON rows, `upos` or `xpos` as the tag of CoNLL-U.
 */
export const tokenColumns = (
  word: ColumnKey | undefined,
  tag: ColumnKey | undefined,
): Pick<TokenReadOptions, 'wordColumn' | 'tagColumn' | 'conlluTag'> => {
  const lower = String(tag).toLowerCase()
  const conlluTag = lower === 'upos' || lower === 'xpos' ? lower : undefined
  return { wordColumn: word, tagColumn: tag, conlluTag }
}

const tagsOf = ({ sentences }: TokenData): string[][] => sentences.map(({ tags }) => [...tags])

const checkKind = (
  { file, kind, sentences }: TokenData,
  wanted: LabelKind,
  train: string,
): void => {
  // A small file can be all O, which says nothing.
  if (kind === wanted || sentences.every(({ tags }) => tags.every((tag) => tag === 'O'))) return
  throw otherKind(file, kind, train)
}

/** @param kind the file's; the training data's is the other */
export const otherKind = (file: string, kind: LabelKind, train: string): InputError => {
  const [these, those] = kind === 'spans' ? ['span tags', 'classes'] : ['classes', 'span tags']
  return new InputError(
    `${file} has ${these}, the training data ${train} has ${those}; give files of one kind, or name the tag's column ("labelColumn").`,
  )
}

const holdOut = (
  { file, sentences }: TokenData,
  share: number,
): { train: TokenSentence[]; dev: TokenSentence[] } => {
  const texts = sentences.map(({ words }) => words.join(' '))
  const split = splitDev(texts, undefined, share, file)
  const pick = (indices: readonly number[]) => indices.map((index) => sentences[index]!)
  return { train: pick(split.train), dev: pick(split.dev) }
}

const fileWarnings = (data: TokenData): string[] => {
  const { file, issues, issueCount } = data
  const warnings = skippedWarning(data, 'sentence')
  const [first] = issues
  if (first) {
    const count = issueCount === 1 ? 'a tag breaks' : `${issueCount} tags break`
    warnings.push(`${file}: ${count} the scheme, the first: ${first.message}`)
  }
  return warnings
}

const namedTags = 10

const unknownTags = (data: TokenData, labels: readonly string[]): string[] => {
  const known = new Set(labels)
  const unknown = [...new Set(tagsOf(data).flat())].filter((tag) => !known.has(tag)).sort()
  if (unknown.length === 0) return []
  const named = unknown.slice(0, namedTags).join(', ')
  const more = unknown.length > namedTags ? ', …' : ''
  return [
    `${data.file} has ${unknown.length === 1 ? 'a tag' : `${unknown.length} tags`} that the training data lack (${named}${more}): never predicted, counted as missed.`,
  ]
}
