import { InputError } from '../errors.ts'
import type { ColumnKey } from './inspect.ts'

/** One sentence of words with a tag each; the arrays run in parallel. */
export interface TokenSentence {
  readonly words: readonly string[]
  readonly tags: readonly string[]
  /** Line of the first word in its file, from 1. */
  readonly line: number
  /** Line of each word. */
  readonly lines: readonly number[]
}

/** Where words and tags were found. */
export interface TokenColumns {
  readonly word: ColumnKey
  readonly tag?: ColumnKey | undefined
}

/** Longest sentence that is read, in words: what keeps a file without empty lines out of memory. */
export const longestSentence = 100_000

/** Collects one sentence after the other. A bad row takes its whole sentence out. */
export class SentenceBuilder {
  private words: string[] = []
  private tags: string[] = []
  private lines: number[] = []
  private refused = false

  constructor(
    private readonly file: string,
    /** Called once for each sentence that is skipped; left out, its error is thrown. */
    private readonly onBadSentence: ((error: InputError) => void) | undefined,
  ) {}

  /** No word was taken or refused since the last `finish`. */
  get empty(): boolean {
    return this.words.length === 0 && !this.refused
  }

  get length(): number {
    return this.words.length
  }

  add(word: string, tag: string, line: number): void {
    if (this.refused) return
    if (this.words.length >= longestSentence) {
      this.refuse(
        new InputError(
          `${this.file}:${this.lines[0]} begins a sentence of more than ${longestSentence} words; put an empty line after each sentence.`,
        ),
      )
      return
    }
    this.words.push(word)
    this.tags.push(tag)
    this.lines.push(line)
  }

  /** @throws InputError the one given, where no one takes it */
  refuse(error: InputError): void {
    if (!this.onBadSentence) throw error
    if (!this.refused) this.onBadSentence(error)
    this.clear()
    this.refused = true
  }

  /** Ends the sentence; undefined where it has no words or was refused. */
  finish(): TokenSentence | undefined {
    const { words, tags, lines } = this
    const line = lines[0]
    this.clear()
    this.refused = false
    return line === undefined ? undefined : { words, tags, line, lines }
  }

  private clear(): void {
    this.words = []
    this.tags = []
    this.lines = []
  }
}
