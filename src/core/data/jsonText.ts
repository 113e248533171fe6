import { InputError } from '../errors.ts'

/** Called with each value's path from the root and where it starts. The path is reused: copy it. */
export type VisitValue = (path: readonly (string | number)[], start: number) => void

/**
 * Walks over a JSON text. Returns the offset of the first thing that is not JSON, or undefined: what
 * `JSON.parse` reports about places differs from one version of the engine to the next.
 */
export const scanJson = (text: string, visit?: VisitValue): number | undefined => {
  const scanner = new JsonScanner(text, visit)
  try {
    scanner.document()
    return undefined
  } catch (error) {
    if (error instanceof NotJson) return error.offset
    throw error
  }
}

/** @throws InputError with file, line and column, where the text is not JSON */
export const parseJson = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    const offset = scanJson(text) ?? text.length
    const { line, column } = placeOf(text, offset)
    const found =
      offset < text.length ? `unexpected ${describeChar(text, offset)}` : 'it ends early'
    throw new InputError(`${file}:${line}:${column} is not valid JSON: ${found}.`)
  }
}

/** Line and column (both from 1; UTF-16 units) of an offset. */
export const placeOf = (text: string, offset: number): { line: number; column: number } => {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}

const describeChar = (text: string, offset: number): string => {
  const char = String.fromCodePoint(text.codePointAt(offset) ?? 0)
  return char === '\n' || char === '\r' ? 'end of line' : JSON.stringify(char)
}

class NotJson extends Error {
  constructor(readonly offset: number) {
    super('not JSON')
  }
}

const deepest = 500
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const string =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
  /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y
const space = /[ \t\n\r]*/y

class JsonScanner {
  private at = 0
  private readonly path: (string | number)[] = []

  constructor(
    private readonly text: string,
    private readonly visit: VisitValue | undefined,
  ) {}

  document(): void {
    this.value()
    this.skipSpace()
    if (this.at < this.text.length) throw new NotJson(this.at)
  }

  private value(): void {
    this.skipSpace()
    if (this.path.length > deepest) throw new NotJson(this.at)
    this.visit?.(this.path, this.at)
    const char = this.text[this.at]
    if (char === '{') this.object()
    else if (char === '[') this.array()
    else if (char === '"') this.match(string)
    else if (char !== undefined && /[-\d]/.test(char)) this.match(number)
    else this.word()
  }

  private object(): void {
    this.items('}', () => {
      const key = this.match(string)
      this.skipSpace()
      this.expect(':')
      this.path.push(JSON.parse(key) as string)
    })
  }

  private array(): void {
    let index = 0
    this.items(']', () => this.path.push(index++))
  }

  private items(end: string, enter: () => void): void {
    this.at++
    this.skipSpace()
    if (this.text[this.at] === end) {
      this.at++
      return
    }
    for (;;) {
      this.skipSpace()
      enter()
      this.value()
      this.path.pop()
      this.skipSpace()
      if (this.text[this.at] === end) break
      this.expect(',')
    }
    this.at++
  }

  private word(): void {
    const word = ['true', 'false', 'null'].find((each) => this.text.startsWith(each, this.at))
    if (word === undefined) throw new NotJson(this.at)
    this.at += word.length
  }

  private expect(char: string): void {
    if (this.text[this.at] !== char) throw new NotJson(this.at)
    this.at++
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (!found) throw new NotJson(this.at)
    this.at = pattern.lastIndex
    return found[0]
  }

  private skipSpace(): void {
    space.lastIndex = this.at
    space.exec(this.text)
    this.at = space.lastIndex
  }
}
