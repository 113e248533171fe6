import { readLines } from './lines.ts'
import { parseTag } from './tagSchemes.ts'
import { detectTokenFormat } from './tokenData.ts'

const linesRead = 400
/** Punctuation has tags without a letter, which end lines of text too. */
const share = 0.6

/**
 * Whether a file without a telling name has a word and its tag on each line, not text: most lines end
 * in a span's tag or in one of `labels`.
 * @throws InputError where the file cannot be read
 */
export const hasTagLines = async (file: string, labels: readonly string[]): Promise<boolean> => {
  if ((await detectTokenFormat(file)) === 'conllu') return true
  let rows = 0
  let tagged = 0
  for await (const { line, text } of readLines(file)) {
    if (line > linesRead) break
    if (text === undefined) return false
    if (text.trim() === '' || /^(#|-DOCSTART-)/.test(text)) continue
    const fields = text.trim().split(/[ \t]+/)
    const last = fields.at(-1) ?? ''
    const isTag = /\p{L}/u.test(last) && (parseTag(last) !== undefined || labels.includes(last))
    if (fields.length > 1 && isTag) tagged++
    rows++
  }
  // One line alone may be a text that ends in "B-12".
  return rows > 1 && tagged >= share * rows
}
