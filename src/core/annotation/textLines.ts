import type { TextEdit } from './edits.ts'

/** Line and character, both from 0; the character in UTF-16 units, as in an editor. */
export interface Position {
  readonly line: number
  readonly character: number
}

/** Lines `first` to `first + removed` became `added` lines. */
export interface LineChange {
  readonly first: number
  readonly removed: number
  readonly added: number
}

/**
 * A text as lines, with offsets that count each line's end as one `\n`. Edits touch only their lines:
 * a keystroke in 10 MB costs one pass over the line count, not over the text.
 */
export class TextLines {
  private lines: string[]
  private starts: Uint32Array | undefined

  constructor(lines: readonly string[]) {
    this.lines = lines.length === 0 ? [''] : [...lines]
  }

  static of(text: string): TextLines {
    return new TextLines(text.replaceAll(/\r\n?/g, '\n').split('\n'))
  }

  /** The text as it is now, whatever becomes of this one. */
  copy(): TextLines {
    return new TextLines(this.lines)
  }

  get lineCount(): number {
    return this.lines.length
  }

  get length(): number {
    const last = this.lines.length - 1
    return this.lineStart(last) + this.line(last).length
  }

  line(index: number): string {
    return this.lines[index] ?? ''
  }

  lineStart(index: number): number {
    this.starts ??= startsOf(this.lines)
    return this.starts[index] ?? 0
  }

  offsetAt({ line, character }: Position): number {
    if (line >= this.lines.length) return this.length
    return this.lineStart(line) + Math.min(character, this.line(line).length)
  }

  positionAt(offset: number): Position {
    const line = this.lineAt(offset)
    return { line, character: Math.min(offset - this.lineStart(line), this.line(line).length) }
  }

  /** The line that an offset stands in; its end belongs to it. */
  lineAt(offset: number): number {
    this.starts ??= startsOf(this.lines)
    let low = 0
    let high = this.lines.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  slice(start: number, end: number): string {
    const from = this.positionAt(Math.max(0, start))
    const to = this.positionAt(Math.min(end, this.length))
    if (start >= end) return ''
    if (from.line === to.line) return this.line(from.line).slice(from.character, to.character)
    return [
      this.line(from.line).slice(from.character),
      ...this.lines.slice(from.line + 1, to.line),
      this.line(to.line).slice(0, to.character),
    ].join('\n')
  }

  /** The text around a span, at most `length` units to each side. */
  around(start: number, end: number, length: number): { before: string; after: string } {
    return { before: this.slice(start - length, start), after: this.slice(end, end + length) }
  }

  toString(): string {
    return this.lines.join('\n')
  }

  apply({ start, end, text }: TextEdit): LineChange {
    const from = this.positionAt(start)
    const to = this.positionAt(end)
    const head = this.line(from.line).slice(0, from.character)
    const tail = this.line(to.line).slice(to.character)
    const added = `${head}${text}${tail}`.split('\n')
    const removed = to.line - from.line + 1
    if (added.length === 1 && removed === 1) this.lines[from.line] = added[0] ?? ''
    else this.lines = this.lines.slice(0, from.line).concat(added, this.lines.slice(to.line + 1))
    this.starts = undefined
    return { first: from.line, removed, added: added.length }
  }
}

const startsOf = (lines: readonly string[]): Uint32Array => {
  const starts = new Uint32Array(lines.length)
  let at = 0
  for (let index = 0; index < lines.length; index++) {
    starts[index] = at
    at += (lines[index]?.length ?? 0) + 1
  }
  return starts
}
