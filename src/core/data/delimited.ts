import { InputError } from '../errors.ts'
import { type Line, longestLine, readLines } from './lines.ts'

/** The fields of one record, or why it cannot be read; `line` is where it begins. */
export type DelimitedRecord =
  | { readonly line: number; readonly fields: string[]; readonly error?: never }
  | { readonly line: number; readonly error: InputError; readonly fields?: never }

/** Fields that are all empty are a row, as in CSV: one that cannot be read, not one to pass over. */
const isBlank = (text: string, delimiter: string): boolean =>
  text.trim() === '' && !text.includes(delimiter)

/** TSV as GLUE has it: a tab ends a field, a line ends a record, a quote is a quote. */
export async function* readTsv(file: string, delimiter = '\t'): AsyncGenerator<DelimitedRecord> {
  for await (const { line, text, error } of readLines(file)) {
    if (error) yield { line, error }
    else if (!isBlank(text, delimiter)) yield { line, fields: text.split(delimiter) }
  }
}

/**
 * CSV after RFC 4180: a quoted field may hold delimiters, line ends and doubled quotes. A quote
 * inside an unquoted field is text. Line ends inside a field become `\n`.
 */
export async function* readCsv(file: string, delimiter = ','): AsyncGenerator<DelimitedRecord> {
  let parser: CsvRecordParser | undefined
  for await (const line of readLines(file)) {
    if (!parser && line.text !== undefined && isBlank(line.text, delimiter)) continue
    parser ??= new CsvRecordParser(file, line.line, delimiter)
    const record = parser.add(line)
    if (record) {
      yield record
      parser = undefined
    }
  }
  if (parser) yield parser.unclosed()
}

type FieldState = 'start' | 'plain' | 'quoted' | 'closed'

/** Takes the lines of one record; its state lives on from line to line inside a quoted field. */
class CsvRecordParser {
  private readonly fields: string[] = []
  private field = ''
  private state: FieldState = 'start'
  private length = 0
  private lines = 0

  constructor(
    private readonly file: string,
    private readonly line: number,
    private readonly delimiter: string,
  ) {}

  add(line: Line): DelimitedRecord | undefined {
    if (line.error) return { line: line.line, error: line.error }
    this.length += line.text.length + 1
    this.lines++
    if (this.length > longestLine) return this.unclosed()
    const error = this.parse(line.text)
    if (error) return { line: this.line, error }
    if (this.state === 'quoted') {
      this.field += '\n'
      return undefined
    }
    this.fields.push(this.field)
    return { line: this.line, fields: this.fields }
  }

  unclosed(): DelimitedRecord {
    const more = this.lines - 1
    const taken = more > 0 ? `, and takes ${more} more ${more === 1 ? 'line' : 'lines'} in` : ''
    return {
      line: this.line,
      error: new InputError(
        `${this.file}:${this.line} opens a quote that is never closed${taken}; close it, or write the quote twice.`,
      ),
    }
  }

  private parse(text: string): InputError | undefined {
    for (let at = 0; at < text.length; at++) {
      const char = text[at] as string
      if (this.state === 'quoted') at = this.inQuotes(text, at)
      else if (char === this.delimiter) this.endField()
      else if (char === '"' && this.state === 'start') this.state = 'quoted'
      else if (this.state === 'closed') {
        return new InputError(
          `${this.file}:${this.line} has text after a closing quote; write a quote inside a quoted field twice.`,
        )
      } else {
        this.state = 'plain'
        this.field += char
      }
    }
    return undefined
  }

  /** Takes all up to the next quote at once; returns the last index it has used. */
  private inQuotes(text: string, from: number): number {
    const quote = text.indexOf('"', from)
    if (quote < 0) {
      this.field += text.slice(from)
      return text.length
    }
    this.field += text.slice(from, quote)
    if (text[quote + 1] === '"') {
      this.field += '"'
      return quote + 1
    }
    this.state = 'closed'
    return quote
  }

  private endField(): void {
    this.fields.push(this.field)
    this.field = ''
    this.state = 'start'
  }
}
