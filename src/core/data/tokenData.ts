import path from 'node:path'
import { InputError } from '../errors.ts'
import { readConll } from './conll.ts'
import { type ConlluTag, readConllu } from './conllu.ts'
import type { ColumnKey } from './inspect.ts'
import { readLines } from './lines.ts'
import {
  areBareTags,
  areSpanTags,
  convertTags,
  detectScheme,
  invalidTags,
  type TagScheme,
} from './tagSchemes.ts'
import { readTokenRows } from './tokenRows.ts'
import type { TokenColumns, TokenSentence } from './tokenSentence.ts'

export type TokenFormat = 'conll' | 'conllu' | 'rows'

/** A tag where its scheme does not allow it. */
export interface TagIssue {
  readonly line: number
  /** One sentence with file and line. */
  readonly message: string
}

/** One file of the token head. */
export interface TokenData {
  readonly file: string
  readonly format: TokenFormat
  readonly sentences: readonly TokenSentence[]
  /** `spans`: NER and the like, tags in IOB2. `classes`: a class for each word, as written. */
  readonly kind: 'spans' | 'classes'
  /** As the file has it; null for classes. */
  readonly scheme: TagScheme | null
  /** The first 100 of the tags that break the scheme; they are kept as written in IOB2 files. */
  readonly issues: readonly TagIssue[]
  readonly issueCount: number
  /** Sentences left out for a bad row (`skipBadSentences`), and the first one's message. */
  readonly skipped: number
  readonly firstSkipped?: string
}

export interface TokenReadOptions {
  /** Left out: CoNLL-U by the extension `.conllu` or ten columns that begin with an id, JSON rows. */
  readonly format?: TokenFormat | undefined
  /** CoNLL columns, from 0, negative ones counted from the end; of JSON rows the lists' names. */
  readonly wordColumn?: ColumnKey | undefined
  readonly tagColumn?: ColumnKey | undefined
  /** `none`: words to predict on, in columns without tags, or with tags that are not looked at. */
  readonly tags?: 'required' | 'none' | undefined
  /** The tag of CoNLL-U. */
  readonly conlluTag?: ConlluTag | undefined
  readonly onBadSentence?: ((error: InputError) => void) | undefined
  /** Called with the columns as found: by number, of JSON by name, of CoNLL-U by its own names. */
  readonly onColumns?: ((columns: TokenColumns) => void) | undefined
}

/** Reads a token file's sentences, tags as written, in bounded memory. @throws InputError */
export async function* readTokenSentences(
  file: string,
  options: TokenReadOptions = {},
): AsyncGenerator<TokenSentence> {
  const { tags, onBadSentence, onColumns } = options
  const format = options.format ?? (await detectTokenFormat(file))
  if (format === 'conllu')
    yield* readConllu(file, { tag: options.conlluTag, tags, onBadSentence, onColumns })
  else if (format === 'rows') yield* readTokenRows(file, options)
  else {
    const wordColumn = columnNumber('textColumn', options.wordColumn)
    const tagColumn = columnNumber('labelColumn', options.tagColumn)
    yield* readConll(file, { wordColumn, tagColumn, tags, onBadSentence, onColumns })
  }
}

const columnNumber = (key: string, column: ColumnKey | undefined): number | undefined => {
  if (column === undefined || typeof column === 'number') return column
  if (/^-?\d{1,4}$/.test(column)) return Number(column)
  throw new InputError(
    `"${key}" ${JSON.stringify(column.slice(0, 60))} is no column of a token file: give its number from 0${key === 'labelColumn' ? ', or upos or xpos of CoNLL-U' : ''}.`,
  )
}

/** @throws InputError where the file cannot be read */
export const detectTokenFormat = async (file: string): Promise<TokenFormat> => {
  if (/^\.conllu$/i.test(path.extname(file))) return 'conllu'
  for await (const { text } of readLines(file)) {
    if (text === undefined || text.trim() === '' || text.startsWith('#')) continue
    if (isJsonRow(file, text)) return 'rows'
    const fields = text.split('\t')
    return fields.length === 10 && /^[\d.-]+$/.test(fields[0] ?? '') ? 'conllu' : 'conll'
  }
  return 'conll'
}

/** A brace alone may be a word: a row of JSON has a key after it, unless the file calls itself JSON. */
const isJsonRow = (file: string, text: string): boolean =>
  /^\.(jsonl|ndjson|json)$/i.test(path.extname(file)) || /^\s*\[?\s*\{\s*"/.test(text)

const mostIssues = 100
const mostTags = 1000
const longestTag = 100

/** The distinct tags, sorted by code unit. @throws InputError where they look like text */
export const distinctTags = (file: string, sentences: Iterable<readonly string[]>): string[] => {
  const tags = new Set<string>()
  let words = 0
  for (const each of sentences) {
    for (const tag of each) tags.add(tag)
    words += each.length
  }
  const why = whyTextTags(tags, words)
  if (why === undefined) return [...tags].sort()
  throw textTags(file, why)
}

/** Why tags are text rather than tags; undefined where they may be tags. */
export const whyTextTags = (tags: ReadonlySet<string>, words: number): string | undefined => {
  if (tags.size > mostTags || (tags.size > 100 && words / tags.size < 5)) {
    return `${tags.size} different ones for ${words} words`
  }
  const long = [...tags].find((tag) => tag.length > longestTag)
  return long === undefined ? undefined : `one of ${long.length} characters`
}

export const textTags = (file: string, why: string): InputError =>
  new InputError(
    `${file} has tags that look like text (${why}); give the column that holds the tag.`,
  )

/**
 * Reads a whole file for the token head: what its tags are, converted to IOB2 where they mark spans.
 * @throws InputError with file:line for a bad row (unless skipped), where there are no words, or
 * where the tags look like text
 */
export const loadTokenData = async (
  file: string,
  options: Omit<TokenReadOptions, 'onBadSentence'> & { readonly skipBadSentences?: boolean } = {},
): Promise<TokenData> => {
  const format = options.format ?? (await detectTokenFormat(file))
  const bad: InputError[] = []
  let skipped = 0
  const onBadSentence = (error: InputError) => {
    skipped++
    if (bad.length === 0) bad.push(error)
  }
  const sentences: TokenSentence[] = []
  const reader = readTokenSentences(file, {
    ...options,
    format,
    onBadSentence: options.skipBadSentences ? onBadSentence : undefined,
  })
  for await (const sentence of reader) sentences.push(sentence)
  if (sentences.length === 0) {
    const why = bad[0] ? ` that can be read (${bad[0].message})` : ''
    throw new InputError(`${file} has no sentences${why}; give rows of a word and its tag.`)
  }
  const firstSkipped = bad[0] ? { firstSkipped: bad[0].message } : {}
  return { file, format, skipped, ...firstSkipped, ...judgeTags(file, sentences) }
}

const judgeTags = (
  file: string,
  sentences: readonly TokenSentence[],
): Pick<TokenData, 'sentences' | 'kind' | 'scheme' | 'issues' | 'issueCount'> => {
  const tags = sentences.map((sentence) => sentence.tags)
  distinctTags(file, tags)
  if (!areSpanTags(tags)) {
    return { sentences, kind: 'classes', scheme: null, issues: [], issueCount: 0 }
  }
  const scheme = detectScheme(tags)
  const typed = !areBareTags(tags.flat())
  const issues: TagIssue[] = []
  let issueCount = 0
  for (const sentence of sentences) {
    for (const { index, what } of invalidTags(sentence.tags, scheme, typed)) {
      const line = sentence.lines[index] ?? sentence.line
      if (issues.length < mostIssues) {
        issues.push({
          line,
          message: `${file}:${line} has the tag ${what} (${scheme}); mend the tag.`,
        })
      }
      issueCount++
    }
  }
  const converted = sentences.map((sentence) => ({
    ...sentence,
    tags: convertTags(sentence.tags, scheme, 'IOB2'),
  }))
  return { sentences: converted, kind: 'spans', scheme, issues, issueCount }
}
