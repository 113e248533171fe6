import { expect, it } from 'vitest'
import { PredictionMap, SentenceCache } from '../../core/annotation/predictionMap.ts'
import { TextLines } from '../../core/annotation/textLines.ts'
import { PredictionWork } from './predictionWork.ts'

const lengths = (sentences: readonly string[]) => sentences.map(({ length }) => length)
const spread = (sentences: readonly string[]) =>
  Math.max(...lengths(sentences)) - Math.min(...lengths(sentences))

it('predicts what is on screen first, then the rest in batches of like length', async () => {
  // Every other line is long; no two are alike.
  const lines = Array.from(
    { length: 200 },
    (_, at) => `${at} ${'word '.repeat(1 + (at % 2) * 20)}end`,
  )
  const text = TextLines.of(lines.join('\n'))
  const map = new PredictionMap(text, new SentenceCache())
  const asked: (readonly string[])[] = []
  const done = new Promise<void>((resolve, reject) => {
    const server = {
      ask: async (request: { sentences: readonly string[] }) => {
        asked.push(request.sentences)
        return { type: 'tokens', id: 1, ms: 1, sentences: request.sentences.map(() => []) }
      },
    }
    const work = new PredictionWork(
      // Only `tokens` is asked for here.
      server as unknown as ConstructorParameters<typeof PredictionWork>[0],
      { folder: 'model', name: 'model' },
      text,
      map,
      {
        visible: () => [{ first: 50, end: 60 }],
        predicted: () => {},
        progress: (lineCount, of) => {
          if (lineCount === of) resolve()
        },
        failed: reject,
      },
    )
    work.wake(false)
  })
  await done
  expect(asked[0]).toEqual(lines.slice(50, 60))
  const rest = asked.slice(1)
  expect(rest.flat().sort()).toEqual(lines.filter((_, at) => at < 50 || at >= 60).sort())
  expect(rest.filter((batch) => spread(batch) > 10)).toHaveLength(1)
  expect(lines.every((_, at) => map.isFresh(at))).toBe(true)
})
