import { InputError } from '../errors.ts'
import { parseJson } from './jsonText.ts'
import { longestLine, notUtf8, readChunks, readLines } from './lines.ts'

export type JsonFields = Readonly<Record<string, unknown>>

/** One object of a JSON file, or why it cannot be read. */
export type JsonRecord =
  | { readonly line: number; readonly fields: JsonFields; readonly error?: never }
  | { readonly line: number; readonly error: InputError; readonly fields?: never }

/** JSONL: one object a line; empty lines are passed over. */
export async function* readJsonl(file: string): AsyncGenerator<JsonRecord> {
  for await (const { line, text, error } of readLines(file)) {
    if (error) yield { line, error }
    else if (text.trim() !== '') yield parseRecord(text, line, file)
  }
}

/**
 * JSON: an array of objects, or an object whose `data` is one. Objects are cut out of the stream
 * one by one, so that memory stays bounded whatever the file's size.
 */
export async function* readJson(file: string): AsyncGenerator<JsonRecord> {
  const cutter = new ArrayCutter(file)
  for await (const text of readText(file)) {
    for (const { line, text: item } of cutter.add(text)) yield parseRecord(item, line, file)
  }
  cutter.end()
}

const parseRecord = (text: string, line: number, file: string): JsonRecord => {
  try {
    // The line breaks before make the message's line that of the file.
    const value = line > 1 ? parseAt(text, line, file) : parseJson(text, file)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { line, fields: value as JsonFields }
    }
    throw new InputError(
      `${file}:${line} is not a JSON object; each row is one, as {"text": "…", "label": "…"}.`,
    )
  } catch (error) {
    if (error instanceof InputError) return { line, error }
    throw error
  }
}

const parseAt = (text: string, line: number, file: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return parseJson('\n'.repeat(line - 1) + text, file)
  }
}

export async function* readText(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let line = 1
  for await (const chunk of readChunks(file)) {
    let text: string
    try {
      text = decoder.decode(chunk, { stream: true })
    } catch {
      throw notUtf8(file, line + linesBeforeBadByte(chunk))
    }
    line += text.split('\n').length - 1
    yield text
  }
  try {
    decoder.decode()
  } catch {
    throw notUtf8(file, line)
  }
}

const linesBeforeBadByte = (chunk: Buffer): number => {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const lines = chunk.toString('latin1').split('\n')
  const bad = lines.findIndex((line, index) => {
    try {
      decoder.decode(Buffer.from(line, 'latin1'))
      return false
    } catch {
      // The last one may only be cut off by the chunk's end.
      return index < lines.length - 1
    }
  })
  return Math.max(0, bad < 0 ? lines.length - 1 : bad)
}

interface Item {
  readonly line: number
  readonly text: string
}

/** Deeper than any row; what is within a row is checked by its own parser. */
const deepest = 100_000

/** Finds the elements of the array in a stream of text by its brackets outside of strings. */
class ArrayCutter {
  private line = 1
  /** The brackets that are open. */
  private readonly open: string[] = []
  private inString = false
  private escaped = false
  /** Depth at which the array's elements stand: 1, or 2 inside {"data": […]}; 0 while not found. */
  private itemDepth = 0
  private done = false
  /** The outermost bracket is closed. */
  private closed = false
  private item = ''
  private itemLine = 0
  private lastString = ''
  private key = ''
  private empty = true

  constructor(private readonly file: string) {}

  *add(text: string): Generator<Item> {
    for (const char of text) {
      const item = this.take(char)
      if (item) yield item
      if (char === '\n') this.line++
    }
  }

  end(): void {
    if (this.empty) return
    if (this.itemDepth === 0 && !this.done) {
      throw new InputError(
        `${this.file} holds no list of rows: give an array of objects, or {"data": […]}.`,
      )
    }
    if (!this.done || this.depth > 0) {
      throw new InputError(`${this.file}:${this.line} is not valid JSON: it ends early.`)
    }
  }

  private take(char: string): Item | undefined {
    if (this.empty && char.trim() !== '') this.empty = false
    if (this.inString) this.takeInString(char)
    else if (char === '"') this.startString(char)
    else if (char === '{' || char === '[') this.openBracket(char)
    else if (char === '}' || char === ']') return this.closeBracket(char)
    else if (char === ',' && this.inArray && this.depth === this.itemDepth) return this.endItem()
    else this.takeOther(char)
    return undefined
  }

  private get depth(): number {
    return this.open.length
  }

  private get inArray(): boolean {
    return this.itemDepth > 0 && !this.done
  }

  /** What stands outside of the one array or object that a JSON file is. */
  private unexpected(char: string): InputError {
    return new InputError(
      `${this.file}:${this.line} is not valid JSON: unexpected ${JSON.stringify(char)}.`,
    )
  }

  private takeInString(char: string): void {
    this.keep(char)
    if (!this.inArray && this.lastString.length < 100) this.lastString += char
    if (this.escaped) this.escaped = false
    else if (char === '\\') this.escaped = true
    else if (char === '"') this.inString = false
  }

  private startString(char: string): void {
    if (this.depth === 0) throw this.unexpected(char)
    this.inString = true
    this.lastString = ''
    this.keep(char)
  }

  private openBracket(char: string): void {
    const isRows = char === '[' && (this.depth === 0 || (this.depth === 1 && this.key === 'data"'))
    if ((this.depth === 0 && this.closed) || this.depth >= deepest) throw this.unexpected(char)
    if (this.done && isRows) {
      throw new InputError(
        `${this.file}:${this.line} begins a second list under "data"; join the two.`,
      )
    }
    if (this.itemDepth === 0 && isRows) this.itemDepth = this.depth + 1
    else this.keep(char)
    this.open.push(char)
  }

  private closeBracket(char: string): Item | undefined {
    const opened = this.open.pop()
    if (opened !== (char === '}' ? '{' : '[')) throw this.unexpected(char)
    this.closed ||= this.depth === 0
    if (this.inArray && this.depth < this.itemDepth) {
      const last = this.endItem()
      this.done = true
      return last
    }
    this.keep(char)
    return undefined
  }

  private takeOther(char: string): void {
    if (this.depth === 1 && char === ':') this.key = this.lastString
    const isSpace = char === ' ' || char === '\n' || char === '\r' || char === '\t'
    if (this.depth === 0 && !isSpace) throw this.unexpected(char)
    if (!isSpace || this.item !== '') this.keep(char)
  }

  private keep(char: string): void {
    if (!this.inArray) return
    if (this.item === '') this.itemLine = this.line
    this.item += char
    if (this.item.length > longestLine) {
      throw new InputError(
        `${this.file}:${this.itemLine} begins a row of more than 1 MB; take it out.`,
      )
    }
  }

  private endItem(): Item | undefined {
    const text = this.item
    this.item = ''
    return text === '' ? undefined : { line: this.itemLine, text }
  }
}
