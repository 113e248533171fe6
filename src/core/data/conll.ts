import { InputError } from '../errors.ts'
import { readLines } from './lines.ts'
import { SentenceBuilder, type TokenColumns, type TokenSentence } from './tokenSentence.ts'

export interface ConllOptions {
  /** Column of the word, from 0; negative ones count from the end. The first when left out. */
  readonly wordColumn?: number | undefined
  /** Column of the tag, likewise; the last when left out. */
  readonly tagColumn?: number | undefined
  /** `none`: words to predict on, one column is enough; tags come empty. */
  readonly tags?: 'required' | 'none' | undefined
  /** Called for each sentence with a bad row, which is then skipped; left out, it is thrown. */
  readonly onBadSentence?: ((error: InputError) => void) | undefined
  readonly onColumns?: ((columns: TokenColumns) => void) | undefined
}

/**
 * Reads CoNLL columns sentence by sentence in bounded memory: one word a line with its columns
 * (tabs, or runs of spaces), an empty line after each sentence. A line of white space is empty too,
 * as WNUT-17 has it; `-DOCSTART-` lines and comments (`#`, not a row of columns) are passed over.
 * Tags come as they are written.
 * @throws InputError with file:line for a row with a wrong number of columns, without word or tag
 * (unless `onBadSentence` is given), and what `readLines` throws
 */
export async function* readConll(
  file: string,
  options: ConllOptions = {},
): AsyncGenerator<TokenSentence> {
  const layout = await sniffLayout(file)
  if (!layout) return
  const columns = placeColumns(file, layout, options)
  options.onColumns?.(columns)
  const sentence = new SentenceBuilder(file, options.onBadSentence)
  for await (const { line, text, error } of readLines(file)) {
    if (error) {
      sentence.refuse(error)
      continue
    }
    const fields = layout.split(text)
    if (endsSentence(text, fields)) {
      const done = sentence.finish()
      if (done) yield done
    } else if (!isComment(text, fields, layout, sentence.empty)) {
      const bad = badRow({ file, line, text }, fields, layout, columns)
      if (bad) sentence.refuse(bad)
      else sentence.add(fields[columns.word] ?? '', tagOf(fields, columns), line)
    }
  }
  const last = sentence.finish()
  if (last) yield last
}

interface Layout {
  readonly tabs: boolean
  readonly columns: number
  /** Where the first row stands. */
  readonly line: number
  readonly split: (text: string) => string[]
}

const splitTabs = (text: string): string[] => text.split('\t')
// Not \s: a no-break space can be a word, or part of one.
const splitSpaces = (text: string): string[] => text.split(/[ \t]+/).filter((field) => field !== '')

/** The first row decides: tabs or spaces, and how many columns. @throws InputError: none can be read */
const sniffLayout = async (file: string): Promise<Layout | undefined> => {
  let comment: Layout | undefined
  let bad: InputError | undefined
  for await (const { line, text, error } of readLines(file)) {
    if (error) bad ??= error
    if (error || endsSentence(text, splitSpaces(text))) continue
    const tabs = text.includes('\t')
    const split = tabs ? splitTabs : splitSpaces
    const layout = { tabs, split, columns: withoutEmptyEnd(split(text)), line }
    if (!text.startsWith('#')) return layout
    comment ??= layout
  }
  if (bad && !comment) throw bad
  return comment
}

const withoutEmptyEnd = (fields: readonly string[]): number => {
  let count = fields.length
  while (count > 1 && fields[count - 1] === '') count--
  return count
}

const endsSentence = (text: string, fields: readonly string[]): boolean =>
  text.trim() === '' || fields[0] === '-DOCSTART-'

/** As CoNLL-U and MultiCoNER write them: `# sent_id = 1`, `# id …`, `# newdoc`, `# domain=en`. */
const knownComment = /^# +(?:(?:id|sent_id|text|newdoc|newpar)\b|[^\s=]+\s*=\s*\S)/

/**
 * `#` alone is a word like any other: a comment is what does not have the rows' columns. One that
 * happens to have as many is told by how it begins.
 */
const isComment = (
  text: string,
  fields: readonly string[],
  { tabs, columns }: Layout,
  atStart: boolean,
): boolean =>
  text.startsWith('#') &&
  ((atStart && knownComment.test(text)) ||
    (withoutEmptyEnd(fields) !== columns && (atStart || (tabs && fields.length === 1))))

interface Places {
  readonly word: number
  /** Undefined where no tags are asked for. */
  readonly tag: number | undefined
}

const tagOf = (fields: readonly string[], { tag }: Places): string =>
  tag === undefined ? '' : (fields[tag]?.trim() ?? '')

const placeColumns = (file: string, layout: Layout, options: ConllOptions): Places => {
  const { columns, line } = layout
  const tagless = options.tags === 'none'
  if (columns < 2 && !tagless) {
    throw new InputError(
      `${file}:${line} has one column; each row of a CoNLL file has a word and a tag, with tabs or spaces between.`,
    )
  }
  const place = (column: number, role: string): number => {
    const index = column < 0 ? columns + column : column
    if (Number.isInteger(index) && index >= 0 && index < columns) return index
    throw new InputError(
      `${file}:${line} has ${columns} columns, no ${role} column ${column}; columns count from 0.`,
    )
  }
  return {
    word: place(options.wordColumn ?? 0, 'word'),
    tag: tagless ? undefined : place(options.tagColumn ?? -1, 'tag'),
  }
}

const badRow = (
  { file, line, text }: { file: string; line: number; text: string },
  fields: readonly string[],
  { columns }: Layout,
  { word, tag }: Places,
): InputError | undefined => {
  if (text.includes('\r')) {
    return new InputError(
      `${file}:${line} has a carriage return inside the line; save the file with \\n line ends.`,
    )
  }
  const count = fields.length > columns ? Math.max(columns, withoutEmptyEnd(fields)) : fields.length
  if (count !== columns) {
    return new InputError(
      `${file}:${line} has ${count} ${count === 1 ? 'column' : 'columns'}, the rows before it have ${columns}; mend the row, or put an empty line where a sentence ends.`,
    )
  }
  const noTag = tag !== undefined && fields[tag]?.trim() === ''
  const missing = fields[word] === '' ? 'word' : noTag ? 'tag' : undefined
  return missing === undefined
    ? undefined
    : new InputError(`${file}:${line} has no ${missing}; mend the row.`)
}
