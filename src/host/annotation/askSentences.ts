import type { Range } from '../../core/annotation/words.ts'
import { mostSentences, type PredictedSpan } from '../../core/protocol/predictions.ts'
import type { Predictor } from './predictor.ts'

/** What a model says of stretches of a text, in batches; offsets in the text. */
export const askSentences = async (
  predictor: Predictor,
  model: string,
  text: string,
  sentences: readonly Range[],
): Promise<PredictedSpan[][]> => {
  const all: PredictedSpan[][] = []
  for (let at = 0; at < sentences.length; at += mostSentences) {
    const batch = sentences.slice(at, at + mostSentences)
    const answer = await predictor.ask<'tokens'>({
      type: 'tokens',
      model,
      sentences: batch.map(({ start, end }) => text.slice(start, end)),
    })
    batch.forEach(({ start }, index) => {
      const spans = answer.sentences[index] ?? []
      all.push(spans.map((span) => ({ ...span, start: span.start + start, end: span.end + start })))
    })
  }
  return all
}
