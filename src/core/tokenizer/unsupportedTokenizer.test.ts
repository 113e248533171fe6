import { describe, expect, it } from 'vitest'
import { unsupportedTokenizer } from './unsupportedTokenizer.ts'

const bert = {
  added_tokens: [{ id: 0, content: '[PAD]' }],
  normalizer: { type: 'BertNormalizer', clean_text: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
  },
}

describe('unsupportedTokenizer', () => {
  it("takes BERT's, and an absent file", () => {
    expect(unsupportedTokenizer(bert)).toBeNull()
    expect(unsupportedTokenizer(undefined)).toBeNull()
  })

  it.each([
    [{ model: { type: 'BPE' } }, 'BPE'],
    [{ model: { ...bert.model, continuing_subword_prefix: '@@' } }, '@@'],
    [{ model: { ...bert.model, max_input_chars_per_word: 200 } }, '200'],
    [{ model: { ...bert.model, unk_token: '<unk>' } }, '<unk>'],
    [{ normalizer: { type: 'Sequence' } }, 'Sequence'],
    [{ normalizer: { type: 'BertNormalizer', clean_text: false } }, 'cleaned'],
    [{ pre_tokenizer: { type: 'Metaspace' } }, 'Metaspace'],
    [{ added_tokens: [{ id: 30522, content: '@user' }] }, '@user'],
  ])('names what differs in %j', (part, named) => {
    expect(unsupportedTokenizer({ ...bert, ...part })).toContain(named)
  })
})
