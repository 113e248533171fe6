import { InputError } from '../errors.ts'
import { parseJson, scanJson } from './jsonText.ts'

/** The text of one paragraph object in a SQuAD file, and the line where it begins. */
export interface ParagraphText {
  readonly line: number
  readonly text: string
}

/** What stands where an article or a paragraph is looked for, and is none. */
export interface LostPart {
  readonly line: number
  /** Follows the place: `begins an article …`. */
  readonly what: string
}

const longestParagraph = 1 << 24
const longestRest = 1 << 24
const deepest = 500

interface Level {
  readonly array: boolean
  /** The key whose value is read now, in an object. */
  key: string
}

/**
 * Cuts the objects at `data[i].paragraphs[j]` (or `[i].paragraphs[j]`) out of a stream of JSON text,
 * so that memory stays bounded whatever the file's size. What is around them is kept and checked as
 * JSON at the end.
 */
export class ParagraphCutter {
  private line = 1
  private readonly levels: Level[] = []
  private inString = false
  private escaped = false
  private text = ''
  private key = ''
  /** The file without its paragraphs: each is a -0, which no one writes, and its line ends. */
  private rest = ''
  /** Depth of the paragraph that is read; 0 outside of one. */
  private depth = 0
  private paragraphLine = 0

  constructor(private readonly file: string) {}

  /** @throws InputError for what is too long or too deep */
  *add(chunk: string): Generator<ParagraphText> {
    let kept = 0
    for (let at = 0; at < chunk.length; at++) {
      const border = this.take(chunk[at] as string)
      if (border === undefined) continue
      const end = border === 'begins' ? at : at + 1
      this.keep(chunk.slice(kept, end))
      kept = end
      if (border === 'begins') this.begin()
      else yield this.finish()
    }
    this.keep(chunk.slice(kept))
  }

  /** What is around the paragraphs. @throws InputError where the file is not JSON */
  end(): unknown {
    return parseJson(this.depth > 0 ? this.rest + this.text : this.rest, this.file)
  }

  /** Articles without paragraphs, and paragraphs that are no objects. @param rest from `end` */
  lost(rest: unknown): LostPart[] {
    const named = !Array.isArray(rest)
    const articles = named ? (rest as { data?: unknown } | null)?.data : rest
    if (!Array.isArray(articles)) return []
    const found = new Map<string, string>()
    for (const [at, article] of (articles as unknown[]).entries()) {
      const path = named ? ['data', at] : [at]
      const { paragraphs } = (article ?? {}) as { paragraphs?: unknown }
      if (!Array.isArray(paragraphs)) {
        found.set(path.join('/'), 'begins an article without a list of "paragraphs".')
        continue
      }
      for (const [index, paragraph] of (paragraphs as unknown[]).entries()) {
        if (Object.is(paragraph, -0)) continue
        const place = [...path, 'paragraphs', index].join('/')
        found.set(place, 'has a paragraph that is no JSON object.')
      }
    }
    return found.size === 0 ? [] : this.placed(found)
  }

  private placed(found: ReadonlyMap<string, string>): LostPart[] {
    const parts: LostPart[] = []
    let seen = 0
    let line = 1
    scanJson(this.rest, (path, start) => {
      const what = path.length > 4 ? undefined : found.get(path.join('/'))
      if (what === undefined) return
      line += this.rest.slice(seen, start).split('\n').length - 1
      seen = start
      parts.push({ line, what })
    })
    return parts
  }

  private get atParagraph(): boolean {
    const path = this.levels.map(({ array, key }) => (array ? '[]' : key)).join('/')
    return path === 'data/[]/paragraphs/[]' || path === '[]/paragraphs/[]'
  }

  /** Follows one character; says where a paragraph begins (with it) or ends (after it). */
  private take(char: string): 'begins' | 'ends' | undefined {
    if (char === '\n') this.line++
    if (this.inString) this.takeInString(char)
    else if (char === '"') this.startString()
    else if (char === ':') this.nameValue()
    else if (char === '{' || char === '[') return this.open(char)
    else if (char === '}' || char === ']') return this.close()
    return undefined
  }

  private takeInString(char: string): void {
    if (this.escaped) this.escaped = false
    else if (char === '\\') this.escaped = true
    else if (char === '"') this.inString = false
    if (this.depth === 0 && this.inString && this.key.length < 20) this.key += char
  }

  private startString(): void {
    this.inString = true
    this.key = ''
  }

  private nameValue(): void {
    const level = this.levels.at(-1)
    if (level && !level.array && this.depth === 0) level.key = this.key
  }

  private open(char: '{' | '['): 'begins' | undefined {
    const begins = this.depth === 0 && char === '{' && this.atParagraph
    this.levels.push({ array: char === '[', key: '' })
    if (this.levels.length <= deepest) return begins ? 'begins' : undefined
    throw new InputError(`${this.file}:${this.line} is nested too deep for SQuAD's JSON.`)
  }

  private close(): 'ends' | undefined {
    const ends = this.depth > 0 && this.levels.length === this.depth
    this.levels.pop()
    return ends ? 'ends' : undefined
  }

  private begin(): void {
    this.depth = this.levels.length
    this.paragraphLine = this.line
  }

  private keep(part: string): void {
    if (this.depth > 0) this.text += part
    else this.rest += copyOf(part)
    if (this.text.length > longestParagraph) {
      throw new InputError(
        `${this.file}:${this.paragraphLine} begins a paragraph of more than 16 MB; take it out.`,
      )
    }
    if (this.rest.length > longestRest) {
      throw new InputError(
        `${this.file} has more than 16 MB outside of paragraphs; give SQuAD's JSON: {"data": [{"paragraphs": [{"context", "qas"}]}]}.`,
      )
    }
  }

  private finish(): ParagraphText {
    const { text, paragraphLine: line } = this
    this.text = ''
    this.depth = 0
    this.rest += `-0${'\n'.repeat(this.line - line)}`
    return { line, text }
  }
}

/** A slice of a string keeps all of it in memory, which here would be the whole file. */
const copyOf = (part: string): string => Buffer.from(part, 'utf16le').toString('utf16le')
