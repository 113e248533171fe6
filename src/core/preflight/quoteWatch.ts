import type { Finding } from './findings.ts'

const fewest = 10
const inQuotes = /^"(?:[^"]|"")*"$/

/**
 * Watches the texts of a file whose quotes are taken as they are: where each that begins with one is
 * quoted by the rules of CSV, as pandas writes TSV, the quotes are hardly part of the texts.
 */
export class QuoteWatch {
  private rows = 0
  private begin = 0
  private quoted = 0
  private line = 0

  add(texts: readonly string[], line: number): void {
    this.rows++
    const opened = texts.filter((text) => text.startsWith('"'))
    if (opened.length === 0) return
    this.begin++
    if (!opened.every((text) => inQuotes.test(text))) return
    if (this.quoted === 0) this.line = line
    this.quoted++
  }

  findings(file: string, counted: (count: number) => string): Finding[] {
    const { rows, begin, quoted, line } = this
    const enough = quoted >= fewest || (quoted === rows && rows > 1)
    if (quoted < begin || !enough) return []
    const message = `${counted(quoted)} ${quoted === 1 ? 'has a text' : 'have texts'} in double quotes, which are read as part of ${quoted === 1 ? 'it' : 'them'}; where they only enclose a field, set "quotes" (--quotes)`
    return [{ severity: 'warning', kind: 'text.quotes', file, line, count: quoted, message }]
  }
}
