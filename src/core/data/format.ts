import fs from 'node:fs/promises'
import path from 'node:path'
import { longestLine } from './lines.ts'

export const dataFormats = ['tsv', 'csv', 'jsonl', 'json'] as const
export type DataFormat = (typeof dataFormats)[number]

const byExtension: Readonly<Record<string, DataFormat>> = {
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.csv': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
}

export interface FileFormat {
  readonly format: DataFormat
  /** Between the fields: comma, semicolon or tab. Those of a `tsv` are never quoted. */
  readonly delimiter: string
}

/** What a user says of a table; guessed where left out. */
export interface TableOptions {
  /** Whether the first record names the columns. */
  readonly header?: boolean | undefined
  /** Whether a field may stand in double quotes: else in CSV it may, in TSV a quote is a quote. */
  readonly quotes?: boolean | undefined
}

const sniffBytes = 1 << 16

/**
 * By the file's extension; by its first bytes where the extension says nothing. What calls itself
 * JSON may be JSONL: `datasets` writes it so.
 */
export const detectFormat = async (
  file: string,
  { quotes }: TableOptions = {},
): Promise<FileFormat> => {
  const start = await readStart(file)
  const named = byExtension[path.extname(file).toLowerCase()] ?? formatOf(start)
  const format = named === 'json' && holdsLines(start) ? 'jsonl' : named
  const delimiter = format === 'csv' ? delimiterOf(start) : '\t'
  const table = format === 'csv' || format === 'tsv'
  return { format: table && quotes !== undefined ? (quotes ? 'csv' : 'tsv') : format, delimiter }
}

const readStart = async (file: string): Promise<string> => {
  // What is no file is reported by the reader. It is not opened: a pipe would wait for its writer.
  const stat = await fs.stat(file).catch(() => undefined)
  if (!stat?.isFile()) return ''
  const handle = await fs.open(file, 'r').catch(() => undefined)
  if (!handle) return ''
  try {
    const start = await readTo(handle, sniffBytes)
    // Whether a row of JSON stands on a line is told from the whole line and what follows it.
    const trimmed = start.trim()
    const goesOn = stat.size > sniffBytes && trimmed.startsWith('{') && !trimmed.includes('\n')
    return goesOn ? await readTo(handle, longestLine + sniffBytes) : start
  } catch {
    return ''
  } finally {
    await handle.close()
  }
}

const readTo = async (handle: fs.FileHandle, bytes: number): Promise<string> => {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0)
  return buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '')
}

/** An object on the first line, another on the next, or none where the first is a row by itself. */
const holdsLines = (start: string): boolean => {
  const [first = '', second = ''] = start.split('\n').filter((line) => line.trim() !== '')
  if (!first.trimStart().startsWith('{')) return false
  return second === '' ? isOneRow(first) : second.trimStart().startsWith('{') && isRow(first)
}

/** One-line JSON is no row where it holds a list of rows, or of SQuAD's articles. */
const isRow = (text: string): boolean => {
  const value = parsedObject(text)
  return value !== undefined && !Array.isArray(value.data) && !Array.isArray(value.paragraphs)
}

/** A text or a list of words in it tells a row from a table that is written by its columns. */
const isOneRow = (text: string): boolean => {
  const value = parsedObject(text) ?? {}
  const words = ['tokens', 'words'].some((name) => Array.isArray(value[name]))
  return isRow(text) && (words || Object.values(value).some((each) => typeof each === 'string'))
}

const parsedObject = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}

const formatOf = (start: string): DataFormat => {
  const trimmed = start.trimStart()
  if (trimmed.startsWith('[')) return 'json'
  if (trimmed.startsWith('{')) return isRow(firstLine(trimmed)) ? 'jsonl' : 'json'
  if (firstLine(start).includes('\t')) return 'tsv'
  return /[,;]/.test(firstLine(start)) ? 'csv' : 'tsv'
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''

/** The most frequent candidate outside of quotes in the first line; a comma where there is none. */
const delimiterOf = (start: string): string => {
  const plain = firstLine(start).replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => plain.split(delimiter).length
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best))
}
