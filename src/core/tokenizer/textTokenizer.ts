import { splitIntoWords } from './basicTokenizer.ts'
import type { NormalizerSettings } from './normalize.ts'
import { addPiece, appendPieces, noPieces, type Pieces } from './pieces.ts'
import { WHITESPACE } from './unicodeRanges.ts'
import { SPECIAL_TOKENS, type Vocabulary } from './vocabulary.ts'
import { splitIntoPieces } from './wordPiece.ts'

const CACHED_CHUNKS = 50_000
const LONGEST_CACHED_CHUNK = 48

// `\s` would also cut at characters that BERT drops, such as U+000B.
const spaces = WHITESPACE.replaceAll(/[0-9a-f]+/g, '\\u{$&}').replaceAll(' ', '')
const CHUNK = new RegExp(`[^${spaces}]+`, 'gu')

/**
 * Tokenises raw text without adding [CLS] or [SEP].
 *
 * Nothing in BERT's rules looks past whitespace, so each stretch between whitespace is tokenised
 * alone and remembered: ordinary text is mostly look-ups.
 */
export class TextTokenizer {
  readonly #vocabulary: Vocabulary
  readonly #settings: NormalizerSettings
  readonly #special: RegExp
  readonly #cache = new Map<string, Readonly<Pieces>>()

  constructor(vocabulary: Vocabulary, settings: NormalizerSettings) {
    this.#vocabulary = vocabulary
    this.#settings = settings
    const present = SPECIAL_TOKENS.filter((token) => vocabulary.idOf.has(token))
    const escaped = present.map((token) => token.replace(/[[\]]/g, '\\$&'))
    this.#special = new RegExp(escaped.join('|'), 'g')
  }

  /**
   * The pieces of `text`. A special token written in it, exactly and in upper case, is that token
   * even within a word, as Hugging Face has it (`normalized: false`, `single_word: false`).
   */
  tokenize(text: string): Pieces {
    const pieces = noPieces()
    let done = 0
    for (const match of text.matchAll(this.#special)) {
      this.#addText(pieces, text.slice(done, match.index), done)
      done = match.index + match[0].length
      addPiece(pieces, this.#vocabulary.idOf.get(match[0]) ?? 0, match.index, done)
      pieces.wordCount++
    }
    this.#addText(pieces, done === 0 ? text : text.slice(done), done)
    return pieces
  }

  #addText(pieces: Pieces, text: string, offset: number): void {
    for (const match of text.matchAll(CHUNK)) {
      appendPieces(pieces, this.#chunk(match[0]), offset + match.index)
    }
  }

  #chunk(chunk: string): Readonly<Pieces> {
    if (chunk.length > LONGEST_CACHED_CHUNK) return this.#tokenizeChunk(chunk)
    let pieces = this.#cache.get(chunk)
    if (pieces === undefined) {
      pieces = this.#tokenizeChunk(chunk)
      if (this.#cache.size >= CACHED_CHUNKS) this.#cache.clear()
      this.#cache.set(chunk, pieces)
    }
    return pieces
  }

  #tokenizeChunk(chunk: string): Pieces {
    const pieces = noPieces()
    for (const word of splitIntoWords(chunk, this.#settings)) {
      const { ids, ends } = splitIntoPieces(word.text, this.#vocabulary)
      let from = 0
      for (let index = 0; index < ids.length; index++) {
        const to = ends[index] ?? 0
        addPiece(pieces, ids[index] ?? 0, word.starts[from] ?? 0, word.ends[to - 1] ?? 0)
        from = to
      }
      pieces.wordCount++
    }
    return pieces
  }
}
