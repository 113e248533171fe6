import { asObject } from './json.ts'
import { SPECIAL_TOKENS } from './vocabulary.ts'

/**
 * What a model's tokenizer.json asks for that `BertTokenizer` does not do, or `null`. With such a
 * file the ids would differ from the model's own without any sign, so a model should be refused.
 *
 * @param tokenizerJson the file as parsed JSON
 */
export const unsupportedTokenizer = (tokenizerJson: unknown): string | null => {
  const { model, normalizer, pre_tokenizer, added_tokens } = asObject(tokenizerJson)
  const wordPiece = asObject(model)
  const cleaning = asObject(normalizer)
  const splitting = asObject(pre_tokenizer)
  // The oldest files leave the model's type out.
  if (wordPiece.type !== undefined && wordPiece.type !== 'WordPiece') {
    return `a ${String(wordPiece.type)} model in place of WordPiece`
  }
  if (differs(wordPiece.continuing_subword_prefix, '##')) {
    return `pieces that begin with ${JSON.stringify(wordPiece.continuing_subword_prefix)}`
  }
  if (differs(wordPiece.max_input_chars_per_word, 100)) {
    return `words of up to ${String(wordPiece.max_input_chars_per_word)} characters`
  }
  if (differs(wordPiece.unk_token, '[UNK]')) {
    return `the unknown token ${JSON.stringify(wordPiece.unk_token)}`
  }
  if (differs(cleaning.type, 'BertNormalizer')) return `the normalizer ${String(cleaning.type)}`
  if (cleaning.clean_text === false) return 'text that is not cleaned'
  if (differs(splitting.type, 'BertPreTokenizer')) return `the splitter ${String(splitting.type)}`
  for (const entry of Array.isArray(added_tokens) ? added_tokens : []) {
    const { content } = asObject(entry)
    if (typeof content === 'string' && !SPECIAL_TOKENS.includes(content)) {
      return `the added token ${JSON.stringify(content)}`
    }
  }
  return null
}

const differs = (value: unknown, expected: unknown): boolean =>
  value !== undefined && value !== expected
