import { InputError } from '../errors.ts'
import { readLines } from './lines.ts'
import { SentenceBuilder, type TokenColumns, type TokenSentence } from './tokenSentence.ts'

/** Which column is the tag: the universal part of speech, or the language's own. */
export type ConlluTag = 'upos' | 'xpos'
const tagColumns: Readonly<Record<ConlluTag, number>> = { upos: 3, xpos: 4 }

export interface ConlluOptions {
  /** `upos` when left out. */
  readonly tag?: ConlluTag | undefined
  /** `none`: rows to predict on, without tags or with tags that are not looked at. */
  readonly tags?: 'required' | 'none' | undefined
  /** Called for each sentence with a bad row, which is then skipped; left out, it is thrown. */
  readonly onBadSentence?: ((error: InputError) => void) | undefined
  readonly onColumns?: ((columns: TokenColumns) => void) | undefined
}

/**
 * Reads CoNLL-U (universaldependencies.org/format.html) sentence by sentence in bounded memory.
 * Words are the syntactic ones: multiword ranges (`1-2`), empty nodes (`8.1`) and comments are passed
 * over.
 * @throws InputError with file:line for a row that has not ten columns, an id out of order, no form
 * or no tag (unless `onBadSentence` is given), and what `readLines` throws
 */
export async function* readConllu(
  file: string,
  options: ConlluOptions = {},
): AsyncGenerator<TokenSentence> {
  const tag = options.tags === 'none' ? undefined : (options.tag ?? 'upos')
  options.onColumns?.({ word: 'form', tag })
  const sentence = new SentenceBuilder(file, options.onBadSentence)
  for await (const { line, text, error } of readLines(file)) {
    if (error) sentence.refuse(error)
    else if (text.trim() === '') {
      const done = sentence.finish()
      if (done) yield done
    } else if (!text.startsWith('#')) takeRow(sentence, { file, line, text }, tag)
  }
  const last = sentence.finish()
  if (last) yield last
}

const takeRow = (
  sentence: SentenceBuilder,
  { file, line, text }: { file: string; line: number; text: string },
  tag: ConlluTag | undefined,
): void => {
  const row = readRow(text, sentence.length, tag)
  if (typeof row === 'string') sentence.refuse(new InputError(`${file}:${line} ${row}`))
  else if (row) sentence.add(row.form, row.tag, line)
}

const wordId = /^[1-9]\d*$/
const otherId = /^(?:[1-9]\d*-[1-9]\d*|\d+\.[1-9]\d*)$/

/** The word; undefined for a range or an empty node; what is wrong as text. */
const readRow = (
  text: string,
  wordsBefore: number,
  tag: ConlluTag | undefined,
): { form: string; tag: string } | string | undefined => {
  const fields = text.split('\t')
  if (fields.length !== 10) {
    return `has ${fields.length} columns; a row of CoNLL-U has ten, with tabs between.`
  }
  const [id = '', form = ''] = fields
  if (otherId.test(id)) return undefined
  if (!wordId.test(id))
    return `has the id ${JSON.stringify(id.slice(0, 40))}; words are numbered from 1.`
  if (Number(id) !== wordsBefore + 1) {
    return `has the id ${id.slice(0, 20)} where ${wordsBefore + 1} comes next; put an empty line after each sentence.`
  }
  if (form === '') return 'has no form.'
  if (tag === undefined) return { form, tag: '' }
  const value = fields[tagColumns[tag]]?.trim() ?? ''
  if (value === '' || value === '_') return `has no ${tag.toUpperCase()} tag.`
  return { form, tag: value }
}
