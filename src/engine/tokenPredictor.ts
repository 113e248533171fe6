import { entitiesOf, type TypeProbability } from '../core/data/entities.ts'
import { labelKindOf } from '../core/data/labelKind.ts'
import { sentencesOf } from '../core/data/sentences.ts'
import { spacedWords, type TextWord, wordsOf } from '../core/data/words.ts'
import { InputError } from '../core/errors.ts'
import type { LoadedModel } from './loadedModel.ts'
import { predictWords, type WordScores } from './wordPredictions.ts'

/** Offsets are UTF-16 units of the text, or of the given words with one space between them. */
export interface WordPrediction extends TextWord {
  readonly tag: string
  /** Of that tag. */
  readonly probability: number
  /** Of every tag, in the model's label order. */
  readonly probabilities: readonly number[]
}

export interface EntityPrediction {
  readonly type: string
  readonly text: string
  readonly start: number
  readonly end: number
  /** Its words: from, and up to but not including. */
  readonly words: readonly [from: number, to: number]
  /** That of its type (B- and I- together) at its least certain word. */
  readonly probability: number
  /** All types at that word, most probable first; null stands for no entity. */
  readonly types: readonly TypeProbability[]
}

export interface TokenPrediction {
  readonly words: readonly WordPrediction[]
  /** Empty where the model's tags are a class for each word. */
  readonly entities: readonly EntityPrediction[]
}

export interface TokenOptions {
  /** Pieces that windows over long sentences share; a quarter of a window when left out. */
  readonly stride?: number | undefined
}

/**
 * What a fine-tuned token model says of raw texts, or of sentences that are cut into words. A text is
 * one sentence here; `predictTokensInTexts` takes longer ones apart.
 *
 * @throws InputError where the model has another head
 */
export const predictTokens = (
  model: LoadedModel,
  sentences: readonly (string | readonly string[])[],
  { stride }: TokenOptions = {},
): TokenPrediction[] => {
  const { head, tokenizer, maxLength } = model
  if (head.kind !== 'token') {
    throw new InputError(`The model has the head ${head.kind}; it gives no tags to words.`)
  }
  const kind = labelKindOf(head.labels)
  const cut = sentences.map((sentence) =>
    typeof sentence === 'string' ? wordsOf(tokenizer, sentence, kind) : spacedWords(sentence),
  )
  const scores = predictWords(
    {
      predict: (batch) => model.predict(batch),
      tokenizer,
      labels: head.labels,
      maxLength,
      stride,
    },
    cut.map((words) => words.map(({ text }) => text)),
  )
  return sentences.map((sentence, at) => {
    const text = typeof sentence === 'string' ? sentence : sentence.join(' ')
    return describe(text, cut[at]!, scores[at]!, head.labels)
  })
}

/** Longer texts, sentence by sentence; offsets and words count in the whole of each. */
export const predictTokensInTexts = (
  model: LoadedModel,
  texts: readonly string[],
  options: TokenOptions = {},
): TokenPrediction[] => {
  const sentences = texts.map(sentencesOf)
  const predictions = predictTokens(
    model,
    sentences.flatMap((each, at) => each.map(({ start, end }) => texts[at]!.slice(start, end))),
    options,
  )
  let next = 0
  return sentences.map((each) => {
    const own = predictions.slice(next, next + each.length)
    next += each.length
    return inWholeText(
      own,
      each.map(({ start }) => start),
    )
  })
}

const inWholeText = (
  predictions: readonly TokenPrediction[],
  offsets: readonly number[],
): TokenPrediction => {
  const words: WordPrediction[] = []
  const entities: EntityPrediction[] = []
  predictions.forEach((prediction, at) => {
    const offset = offsets[at]!
    const before = words.length
    for (const word of prediction.words) words.push(moved(word, offset))
    for (const entity of prediction.entities) {
      const [from, to] = entity.words
      entities.push({ ...moved(entity, offset), words: [from + before, to + before] })
    }
  })
  return { words, entities }
}

const moved = <T extends { readonly start: number; readonly end: number }>(
  each: T,
  offset: number,
): T => ({ ...each, start: each.start + offset, end: each.end + offset })

const describe = (
  text: string,
  words: readonly TextWord[],
  scores: readonly WordScores[],
  labels: readonly string[],
): TokenPrediction => {
  const spans = labelKindOf(labels) === 'spans' ? entitiesOf(labels, scores) : []
  return {
    words: words.map((word, at) => {
      const { label, probabilities } = scores[at]!
      return { ...word, tag: labels[label]!, probability: probabilities[label]!, probabilities }
    }),
    entities: spans.map((span) => {
      const start = words[span.words[0]]!.start
      const end = words[span.words[1] - 1]!.end
      return { ...span, text: text.slice(start, end), start, end }
    }),
  }
}
