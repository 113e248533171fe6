import { asObject } from './json.ts'
import type { NormalizerSettings } from './normalize.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Parsed JSON of the model's files; leave out what the model does not have. */
export interface TokenizerFiles {
  readonly tokenizerConfig?: unknown
  readonly tokenizerJson?: unknown
}

const UPPER_CASE = /[A-Z]/
// [CLS], [unused12]: upper-case letters that say nothing about the texts.
const BRACKETED = /^\[.*\]$/

/**
 * How the model's texts were normalised: by tokenizer_config.json (which wins in `AutoTokenizer`
 * too), else by the normalizer of tokenizer.json, else, for the casing, by what the vocabulary
 * holds. Truncation and
 * padding written in tokenizer.json are left out: they are of whoever saved the file (128 for
 * all-MiniLM-L6-v2), not of the model.
 */
export const readNormalizerSettings = (
  files: TokenizerFiles,
  vocabulary: Vocabulary,
): NormalizerSettings => {
  const config = asObject(files.tokenizerConfig)
  const normalizer = bertNormalizer(files.tokenizerJson)
  return {
    lowercase:
      asBoolean(config.do_lower_case) ??
      asBoolean(normalizer.lowercase) ??
      looksLowercased(vocabulary),
    // Here null is a value of its own, "as lower-casing is", and not an absent one.
    stripAccents: asBoolean(
      'strip_accents' in config ? config.strip_accents : normalizer.strip_accents,
    ),
    tokenizeChineseChars:
      asBoolean(config.tokenize_chinese_chars) ??
      asBoolean(normalizer.handle_chinese_chars) ??
      true,
  }
}

const looksLowercased = ({ tokens }: Vocabulary): boolean =>
  !tokens.some((token) => UPPER_CASE.test(token) && !BRACKETED.test(token))

const bertNormalizer = (tokenizerJson: unknown): ReturnType<typeof asObject> => {
  const normalizer = asObject(asObject(tokenizerJson).normalizer)
  return normalizer.type === 'BertNormalizer' ? normalizer : {}
}

const asBoolean = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null)
