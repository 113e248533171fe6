import { InputError } from '../errors.ts'
import { detectFormat } from './format.ts'
import type { ColumnKey } from './inspect.ts'
import type { JsonFields } from './jsonRecords.ts'
import { isJsonFormat, readRecords } from './rows.ts'
import { longestSentence, type TokenColumns, type TokenSentence } from './tokenSentence.ts'

export interface TokenRowOptions {
  /** Name of the list of words; left out, `tokens`, `words` or `text`. */
  readonly wordColumn?: ColumnKey | undefined
  /** Name of the list of tags; left out, `tags`, or the one that ends in `_tags`. */
  readonly tagColumn?: ColumnKey | undefined
  /** Called for each bad row, which is then skipped; left out, it is thrown. */
  readonly onBadSentence?: ((error: InputError) => void) | undefined
  readonly onColumns?: ((columns: TokenColumns) => void) | undefined
}

const wordNames = ['tokens', 'words', 'text']
const tagNames = ['tags', 'ner_tags', 'ner', 'labels', 'upos', 'pos_tags', 'pos', 'chunk_tags']

/**
 * Reads a sentence a row from JSONL or JSON, as data sets of the Hub have it:
 * `{"tokens": ["EU", …], "ner_tags": ["B-ORG", …]}`. Tags that are numbers become text: their names
 * are not in such a file.
 * @throws InputError with file:line where a row has no list of words or tags, lists of unequal
 * length, or an empty word or tag (unless `onBadSentence` is given), and what `readRecords` throws
 */
export async function* readTokenRows(
  file: string,
  options: TokenRowOptions = {},
): AsyncGenerator<TokenSentence> {
  const format = await detectFormat(file)
  if (!isJsonFormat(format)) throw new InputError(`${file} is no JSON; give one object a sentence.`)
  let columns: Columns | undefined
  for await (const { line, fields, error } of readRecords(file, format)) {
    const row = fields as JsonFields | undefined
    if (row && !columns) {
      columns = findColumns(file, row, options)
      options.onColumns?.({ word: columns.words, tag: columns.tags })
    }
    const sentence = error ?? (row && columns ? sentenceOf(row, columns, line, file) : undefined)
    if (sentence instanceof InputError) {
      if (!options.onBadSentence) throw sentence
      options.onBadSentence(sentence)
    } else if (sentence) yield sentence
  }
}

interface Columns {
  readonly words: string
  readonly tags: string
}

const findColumns = (file: string, row: JsonFields, options: TokenRowOptions): Columns => {
  const lists = Object.keys(row).filter((key) => Array.isArray(row[key]))
  const find = (wanted: ColumnKey | undefined, names: readonly string[], role: string): string => {
    if (wanted !== undefined && lists.includes(String(wanted))) return String(wanted)
    const known = names.find((name) => lists.includes(name))
    if (wanted === undefined && known !== undefined) return known
    const what =
      wanted === undefined
        ? `which list holds the ${role} cannot be told`
        : `it has no list ${JSON.stringify(wanted)}`
    throw new InputError(
      `${file}: ${what}; its rows have the lists ${listed(lists)}: name those of words and tags with "textColumn" and "labelColumn".`,
    )
  }
  const words = find(options.wordColumn, wordNames, 'words')
  return { words, tags: find(options.tagColumn, tagNames, 'tags') }
}

const listed = (names: readonly string[]): string =>
  names
    .slice(0, 20)
    .map((name) => JSON.stringify(name.slice(0, 60)))
    .join(', ') || '(none)'

const sentenceOf = (
  row: JsonFields,
  columns: Columns,
  line: number,
  file: string,
): TokenSentence | InputError | undefined => {
  const bad = (what: string) => new InputError(`${file}:${line} ${what}; mend the row.`)
  const words = row[columns.words]
  const tags = row[columns.tags]
  if (!isTextList(words)) return bad(`has no list of words in "${columns.words}"`)
  if (!isTagList(tags)) return bad(`has no list of tags in "${columns.tags}"`)
  if (words.length !== tags.length) {
    return bad(`has ${words.length} words and ${tags.length} tags`)
  }
  if (words.length > longestSentence) return bad(`has more than ${longestSentence} words`)
  const empty = words.findIndex((word, at) => word === '' || String(tags[at]).trim() === '')
  if (empty >= 0) return bad(`has an empty word or tag at place ${empty}`)
  if (words.length === 0) return undefined
  return { words, tags: tags.map((tag) => String(tag).trim()), line, lines: words.map(() => line) }
}

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')

const isTagList = (value: unknown): value is (string | number)[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string' || Number.isInteger(each))
