import { spansOf } from '../../src/core/data/tagSchemes.ts'
import { loadTokenData } from '../../src/core/data/tokenData.ts'
import { loadFineTuned } from '../../src/engine/loadedModel.ts'
import { predictTokens } from '../../src/engine/tokenPredictor.ts'
import { locateTensorflow } from '../../src/runtime/tensorflow.ts'
import { detokenise } from '../support/detokenise.ts'

/** Entity F1 on words as given and on raw text, where a hit has type, start and end in the text. */
export const rawText = async (modelFolder: string, file: string) => {
  const { sentences } = await loadTokenData(file)
  const binding = locateTensorflow()?.binding
  const model = await loadFineTuned(modelFolder, {
    backend: 'tensorflow',
    files: { binding, wasmDir: '' },
  })
  const texts = sentences.map(({ words }) => detokenise(words))
  const place = (sentence: number, type: string, from: number, to: number): string => {
    const { places } = texts[sentence]!
    return `${type} ${places[from]![0]} ${places[to - 1]![1]}`
  }
  const gold = sentences.map(({ tags }, at) =>
    spansOf(tags).map(({ type, start, end }) => place(at, type, start, end)),
  )
  const given = predictTokens(
    model,
    sentences.map(({ words }) => words),
  ).map(({ entities }, at) => entities.map(({ type, words }) => place(at, type, ...words)))
  const raw = predictTokens(
    model,
    texts.map(({ text }) => text),
  ).map(({ entities }) => entities.map(({ type, start, end }) => `${type} ${start} ${end}`))
  return { words: f1(gold, given), rawText: f1(gold, raw) }
}

const f1 = (gold: readonly string[][], predicted: readonly string[][]): number => {
  let hits = 0
  let both = 0
  gold.forEach((places, at) => {
    hits += predicted[at]!.filter((place) => places.includes(place)).length
    both += places.length + predicted[at]!.length
  })
  return (2 * hits) / both
}
