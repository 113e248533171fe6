import type { BertTokenizer } from './encode.ts'
import { SPECIAL_TOKENS } from './vocabulary.ts'

/**
 * A model's `tokenizer.json`, as the `tokenizers` library reads it: this very tokenizer, without
 * padding and truncation, which are the caller's to say.
 */
export const tokenizerJson = ({ vocabulary, settings }: BertTokenizer): object => {
  const { cls, sep } = vocabulary.special
  const special = (id: string, typeId: number) => ({ SpecialToken: { id, type_id: typeId } })
  const text = (id: string, typeId: number) => ({ Sequence: { id, type_id: typeId } })
  const single = [special('[CLS]', 0), text('A', 0), special('[SEP]', 0)]
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.filter((token) => vocabulary.idOf.has(token)).map((content) => ({
      id: vocabulary.idOf.get(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: settings.tokenizeChineseChars,
      strip_accents: settings.stripAccents,
      lowercase: settings.lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: [...single, text('B', 1), special('[SEP]', 1)],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [cls], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [sep], tokens: ['[SEP]'] },
      },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.idOf),
    },
  }
}

/** What `tokenizer_config.json` must say for `transformers` to tokenize alike. */
export const tokenizerConfig = ({ settings }: BertTokenizer, maxLength: number): object => ({
  tokenizer_class: 'BertTokenizer',
  model_max_length: maxLength,
  do_lower_case: settings.lowercase,
  strip_accents: settings.stripAccents,
  tokenize_chinese_chars: settings.tokenizeChineseChars,
  unk_token: '[UNK]',
  sep_token: '[SEP]',
  pad_token: '[PAD]',
  cls_token: '[CLS]',
  mask_token: '[MASK]',
})
