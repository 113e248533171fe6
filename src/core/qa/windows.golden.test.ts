import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readCasedVocabulary, readTexts } from '../../../test/golden/readTokenizerGolden.ts'
import { BertTokenizer } from '../tokenizer/encode.ts'
import { answerPieces, windowTarget } from './answerSpan.ts'
import { contextAt, QuestionEncoder, windowInput, windowLength } from './encodeQuestion.ts'

/** As make_qa_windows_golden.py writes it. */
interface GoldenCase {
  readonly question: number
  readonly context: readonly number[]
  readonly maxLength: number
  readonly stride: number
  readonly answer: readonly [start: number, end: number]
  readonly windows: readonly {
    readonly ids: readonly number[]
    readonly offsets: readonly number[]
    readonly start: number
    readonly end: number
  }[]
}

const file = new URL('../../../test/fixtures/qa/windows.json', import.meta.url)
const cases = JSON.parse(fs.readFileSync(file, 'utf8')) as readonly GoldenCase[]
const texts = readTexts()
const vocabulary = readCasedVocabulary()
const tokenizer = new BertTokenizer(vocabulary, {
  lowercase: false,
  stripAccents: null,
  tokenizeChineseChars: true,
})

const windowsOf = ({ question, context, maxLength, stride, answer }: GoldenCase) => {
  const text = context.map((part) => texts[part]).join(' ')
  const encoder = new QuestionEncoder(tokenizer, { maxLength, stride })
  const encoded = encoder.encode(texts[question]!, text)
  const span = answerPieces(encoded.context, ...answer)
  return encoded.windows.map((window) => {
    const { from, to } = window
    const { starts, ends } = encoded.context
    const { ids, typeIds } = windowInput(encoded, window, vocabulary.special)
    expect(typeIds.indexOf(1)).toBe(contextAt(encoded))
    expect(ids).toHaveLength(windowLength(encoded, window))
    const offsets = Array.from({ length: to - from }, (_, at) => [
      starts[from + at],
      ends[from + at],
    ]).flat()
    return { ids, offsets, ...windowTarget(span, window, contextAt(encoded)) }
  })
}

describe('windows over a context', () => {
  it.each(cases.map((each, index) => [index, each.maxLength, each.stride, each] as const))(
    'equal the fast tokenizer and run_qa: case %i, %i pieces, stride %i',
    (_, __, ___, expected) => {
      expect(windowsOf(expected)).toEqual(expected.windows)
    },
  )
})
