import path from 'node:path'
import { detectFormat } from '../data/format.ts'
import { inspectDataFile } from '../data/inspect.ts'
import type { JsonFields } from '../data/jsonRecords.ts'
import { readChunks, readLines } from '../data/lines.ts'
import { isJsonFormat, readRecords } from '../data/rows.ts'
import { detectTokenFormat } from '../data/tokenData.ts'
import type { TaskHead } from '../experiment/schema.ts'

/**
 * The task head that a training file is made for: words with a tag each, questions with contexts,
 * two texts a row, else one.
 * @throws InputError where nothing can be read
 */
export const guessHead = async (file: string): Promise<TaskHead> => {
  const format = await detectFormat(file)
  if (isJsonFormat(format)) {
    const head = await headOfJson(file)
    if (head) return head
  } else if (await looksLikeConll(file)) return 'token'
  const { columns, guess } = await inspectDataFile(file)
  const names = columns.map(({ name }) => name.trim().toLowerCase())
  if (names.includes('question') && names.includes('context')) return 'qa'
  return guess.textPair === undefined ? 'sentence' : 'pair'
}

const headOfJson = async (file: string): Promise<TaskHead | undefined> => {
  // SQuAD's articles may be longer than a row: its first bytes say what it is.
  for await (const chunk of readChunks(file)) {
    if (/"paragraphs"\s*:/.test(chunk.toString('utf8'))) return 'qa'
    break
  }
  for await (const { fields } of readRecords(file, await detectFormat(file))) {
    const row = fields as JsonFields | undefined
    if (!row) continue
    if ('question' in row && 'context' in row) return 'qa'
    const lists = Object.values(row).filter((value) => Array.isArray(value))
    return lists.length >= 2 ? 'token' : undefined
  }
  return undefined
}

const linesRead = 400
const longestTagSeen = 30

/** Short rows of like width with a short last column, empty lines between the sentences. */
const looksLikeConll = async (file: string): Promise<boolean> => {
  if (/^\.(conllu?|iob2?|bio|bioes|ner)$/i.test(path.extname(file))) return true
  if ((await detectTokenFormat(file)) === 'conllu') return true
  let rows = 0
  let breaks = 0
  let width: number | undefined
  for await (const { line, text } of readLines(file)) {
    if (line > linesRead) break
    if (text === undefined) return false
    if (text.trim() === '') breaks++
    else if (!text.startsWith('#') && !text.startsWith('-DOCSTART-')) {
      const fields = text.trim().split(/[ \t]+/)
      width ??= fields.length
      const tag = fields.at(-1) ?? ''
      if (fields.length < 2 || fields.length !== width || tag.length > longestTagSeen) return false
      rows++
    }
  }
  return rows > 0 && breaks > 0
}
