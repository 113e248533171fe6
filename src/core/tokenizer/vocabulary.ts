import { InputError } from '../errors.ts'

/** The tokens BERT gives a meaning of its own; `mask` is `null` where the vocabulary has none. */
export interface SpecialIds {
  readonly unk: number
  readonly cls: number
  readonly sep: number
  readonly pad: number
  readonly mask: number | null
}

export interface Vocabulary {
  /** Token of each id, in the order of vocab.txt. */
  readonly tokens: readonly string[]
  readonly idOf: ReadonlyMap<string, number>
  /** Ids of the tokens that continue a word, by their text without `##`. */
  readonly continuationIdOf: ReadonlyMap<string, number>
  readonly special: SpecialIds
  /** UTF-16 length of the longest token: no piece of a word can be longer. */
  readonly longest: number
}

/** The tokens Hugging Face's BERT tokenizer also reads in a text, where the vocabulary has them. */
export const SPECIAL_TOKENS: readonly string[] = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']

const CONTINUATION_PREFIX = '##'
const REQUIRED = ['[UNK]', '[CLS]', '[SEP]', '[PAD]'] as const

/**
 * Reads vocab.txt: one token a line, its id the line's number from 0.
 *
 * @param text the file's text
 * @param source what an error calls the file
 * @throws InputError where a token is there twice, or [UNK], [CLS], [SEP] or [PAD] is missing
 */
export const parseVocabulary = (text: string, source = 'vocab.txt'): Vocabulary => {
  const tokens = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  if (tokens.at(-1) === '') tokens.pop()
  const idOf = new Map<string, number>()
  const continuationIdOf = new Map<string, number>()
  let longest = 0
  for (const [id, token] of tokens.entries()) {
    // An empty line takes its id, which no text can give.
    if (token === '') continue
    const first = idOf.get(token)
    if (first !== undefined) {
      throw new InputError(
        `${source}:${id + 1} repeats the token ${JSON.stringify(token)} of line ${first + 1}: ` +
          'use the vocab.txt that came with the model.',
      )
    }
    idOf.set(token, id)
    longest = Math.max(longest, token.length)
    if (token.startsWith(CONTINUATION_PREFIX)) {
      continuationIdOf.set(token.slice(CONTINUATION_PREFIX.length), id)
    }
  }
  return { tokens, idOf, continuationIdOf, special: specialIds(idOf, source), longest }
}

const specialIds = (idOf: ReadonlyMap<string, number>, source: string): SpecialIds => {
  const missing = REQUIRED.filter((token) => !idOf.has(token))
  if (missing.length > 0) {
    throw new InputError(
      `${source} has no ${missing.join(', ')}: it is not a BERT vocabulary; ` +
        'use the vocab.txt that came with the model.',
    )
  }
  const id = (token: string): number => idOf.get(token) ?? 0
  return {
    unk: id('[UNK]'),
    cls: id('[CLS]'),
    sep: id('[SEP]'),
    pad: id('[PAD]'),
    mask: idOf.get('[MASK]') ?? null,
  }
}
