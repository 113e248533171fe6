import { InputError } from '../errors.ts'
import type { NormalizerSettings } from './normalize.ts'
import { appendPieces, noPieces, type Pieces } from './pieces.ts'
import { TextTokenizer } from './textTokenizer.ts'
import { longestFirst } from './truncation.ts'
import type { Vocabulary } from './vocabulary.ts'

export interface TokenizerSettings extends NormalizerSettings {
  /** Most tokens of an encoding, [CLS] and [SEP] among them; no limit where absent. */
  readonly maxLength?: number
}

export interface EncodeOptions {
  /** In place of the settings' `maxLength`. */
  readonly maxLength?: number
}

export interface EncodeTextOptions extends EncodeOptions {
  /** A second text: `[CLS] text [SEP] textPair [SEP]`; an empty one counts, as in a batch. */
  readonly textPair?: string
}

/** A model's input: parallel lists, one entry a token. */
export interface Encoding {
  readonly ids: number[]
  readonly tokens: string[]
  /** 0 for the first text with its [CLS] and [SEP], 1 for the second with its [SEP]. */
  readonly typeIds: number[]
  /** UTF-16 span in the text or word the token came from; [0, 0] for an added [CLS] or [SEP]. */
  readonly offsets: [start: number, end: number][]
  /** Which text the token is of; `null` for an added [CLS] or [SEP]. */
  readonly sequence: (0 | 1 | null)[]
  /** Index of the token's word in its text; `null` for an added [CLS] or [SEP]. */
  readonly wordIndex: (number | null)[]
  /** Pieces cut off to keep the maximum length, of both texts. */
  readonly overflow: number
}

/** BERT's tokenizer, with the ids and offsets of Hugging Face's fast `BertTokenizer`. */
export class BertTokenizer {
  readonly vocabulary: Vocabulary
  readonly settings: TokenizerSettings
  readonly #text: TextTokenizer

  constructor(vocabulary: Vocabulary, settings: TokenizerSettings) {
    this.vocabulary = vocabulary
    this.settings = settings
    this.#text = new TextTokenizer(vocabulary, settings)
  }

  /**
   * `[CLS] text [SEP]`, or `[CLS] text [SEP] textPair [SEP]`; too long a pair loses pieces of the
   * longer text first. Takes any string.
   *
   * @throws InputError where `maxLength` has no room for [CLS] and [SEP]
   */
  encode(text: string, options: EncodeTextOptions = {}): Encoding {
    const second = options.textPair === undefined ? null : this.#text.tokenize(options.textPair)
    return this.#encoding(this.#text.tokenize(text), second, options)
  }

  /**
   * `[CLS] words [SEP]` of text that is cut into words already; `wordIndex` counts in `words`. A
   * word of dropped characters only has no piece.
   *
   * @throws InputError where `maxLength` has no room for [CLS] and [SEP]
   */
  encodeWords(words: readonly string[], options: EncodeOptions = {}): Encoding {
    const pieces = noPieces()
    for (const [index, word] of words.entries()) {
      const before = pieces.ids.length
      appendPieces(pieces, this.#text.tokenize(word), 0)
      pieces.words.fill(index, before)
    }
    return this.#encoding(pieces, null, options)
  }

  #encoding(first: Pieces, second: Pieces | null, options: EncodeOptions): Encoding {
    const maxLength = options.maxLength ?? this.settings.maxLength ?? Number.POSITIVE_INFINITY
    const added = second === null ? 2 : 3
    if (!(maxLength >= added)) {
      throw new InputError(
        `The maximum length of ${maxLength} tokens has no room for [CLS] and [SEP]: ` +
          `make it ${added} or more.`,
      )
    }
    const pieceCount = first.ids.length + (second?.ids.length ?? 0)
    const room = Math.floor(maxLength) - added
    const [keptFirst, keptSecond] = longestFirst(first.ids.length, second?.ids.length ?? 0, room)
    const { cls, sep } = this.vocabulary.special
    const encoding: Encoding = {
      ids: [],
      tokens: [],
      typeIds: [],
      offsets: [],
      sequence: [],
      wordIndex: [],
      overflow: pieceCount - keptFirst - keptSecond,
    }
    this.#addSpecial(encoding, cls, 0)
    this.#addPieces(encoding, first, keptFirst, 0)
    this.#addSpecial(encoding, sep, 0)
    if (second !== null) {
      this.#addPieces(encoding, second, keptSecond, 1)
      this.#addSpecial(encoding, sep, 1)
    }
    return encoding
  }

  #addSpecial(encoding: Encoding, id: number, typeId: number): void {
    encoding.ids.push(id)
    encoding.tokens.push(this.vocabulary.tokens[id] ?? '')
    encoding.typeIds.push(typeId)
    encoding.offsets.push([0, 0])
    encoding.sequence.push(null)
    encoding.wordIndex.push(null)
  }

  #addPieces(encoding: Encoding, pieces: Pieces, count: number, sequence: 0 | 1): void {
    for (let index = 0; index < count; index++) {
      const id = pieces.ids[index] ?? 0
      encoding.ids.push(id)
      encoding.tokens.push(this.vocabulary.tokens[id] ?? '')
      encoding.typeIds.push(sequence)
      encoding.offsets.push([pieces.starts[index] ?? 0, pieces.ends[index] ?? 0])
      encoding.sequence.push(sequence)
      encoding.wordIndex.push(pieces.words[index] ?? 0)
    }
  }
}
