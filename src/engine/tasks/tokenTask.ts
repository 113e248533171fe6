import path from 'node:path'
import { type LabelKind, labelKindOf } from '../../core/data/labelKind.ts'
import type { TokenSentence } from '../../core/data/tokenSentence.ts'
import { loadTokenSets } from '../../core/data/tokenSets.ts'
import { encodeInWindows, type WindowSettings } from '../../core/data/tokenWindows.ts'
import { InputError } from '../../core/errors.ts'
import { entityMetrics, wordClassMetrics } from '../../core/metrics/spanF1.ts'
import type { BertTokenizer } from '../../core/tokenizer/encode.ts'
import { loadTokenizer } from '../../core/tokenizer/loadTokenizer.ts'
import type { EncodedExample } from '../batches.ts'
import { type TokenTarget, tokenHead } from '../heads/token.ts'
import { predictWords, type WordsModel } from '../wordPredictions.ts'
import type { TaskSource } from './readTask.ts'
import { type Evaluated, exampleSet, type Task } from './task.ts'

/** The head `token`: a tag for each word, spans in IOB2 or classes. */
export const readTokenTask = async ({
  config,
  labels,
  base,
  folder,
}: TaskSource): Promise<Task> => {
  const { maxLength, stride } = config
  const data = await loadTokenSets(config.data, base)
  if (data.labels.join('\n') !== labels.join('\n')) {
    throw new InputError(
      `${path.resolve(base, config.data.train)} has other tags than at launch; launch the run again.`,
    )
  }
  const tokenizer = loadTokenizer(folder.dir)
  const head = tokenHead(labels.length)
  const settings = { maxLength, stride }
  const train = data.train.flatMap((sentence) =>
    trainingWindows(tokenizer, sentence, labels, settings),
  )
  if (train.length === 0) {
    throw new InputError(
      `${path.resolve(base, config.data.train)} has no word with a piece: they are all of control characters.`,
    )
  }
  const notes = [...data.warnings]
  if (train.length > data.train.length) {
    notes.push(
      `${data.train.length} training sentences are ${train.length} windows of at most ${maxLength} pieces.`,
    )
  }
  return {
    head,
    train: exampleSet(head, train, maxLength),
    devExamples: data.dev.length,
    notes,
    evaluate: (model) => {
      const predict: WordsModel['predict'] = (batch) => model.predict(batch)
      return evaluateTokens({ predict, tokenizer, labels, maxLength, stride }, data.dev)
    },
  }
}

/** A sentence's windows as training examples; none where no word has a piece. */
const trainingWindows = (
  tokenizer: BertTokenizer,
  { words, tags }: TokenSentence,
  labels: readonly string[],
  settings: WindowSettings,
): EncodedExample<TokenTarget>[] =>
  encodeInWindows(tokenizer, words, settings).map(({ ids, typeIds, predicted }) => {
    const target = new Array<number>(ids.length).fill(-1)
    for (const { word, token } of predicted) target[token] = labels.indexOf(tags[word]!)
    return { ids, typeIds, target }
  })

/** Scores sentences with gold tags; those that the model has no label for count as missed. */
export const evaluateTokens = (
  model: WordsModel,
  sentences: readonly TokenSentence[],
  kind: LabelKind = labelKindOf(model.labels),
): Evaluated => {
  const { labels } = model
  const predictions = predictWords(
    model,
    sentences.map(({ words }) => words),
  )
  const gold = sentences.map(({ tags }) => tags)
  const predicted = predictions.map((words) => words.map(({ label }) => labels[label]!))
  const metrics =
    kind === 'spans' ? entityMetrics(gold, predicted) : wordClassMetrics(gold, predicted)
  return {
    metrics: { ...metrics, loss: meanLoss(predictions, gold, labels) },
    predictions: sentences.map(({ line, words, tags }, index) => ({
      index,
      line,
      words,
      gold: tags,
      predicted: predicted[index],
      probabilities: predictions[index]!.map(({ probabilities, label }) =>
        sixDigits(probabilities[label]!),
      ),
    })),
  }
}

/** Mean cross-entropy over the words that have a piece and a tag the model knows. */
const meanLoss = (
  predictions: ReturnType<typeof predictWords>,
  gold: readonly (readonly string[])[],
  labels: readonly string[],
): number | null => {
  const places = new Map(labels.map((label, index) => [label, index]))
  let sum = 0
  let count = 0
  predictions.forEach((words, sentence) => {
    words.forEach(({ logProbabilities }, word) => {
      const label = places.get(gold[sentence]![word]!)
      if (!logProbabilities || label === undefined) return
      sum -= logProbabilities[label]!
      count++
    })
  })
  return count === 0 ? null : sum / count
}

/** Predictions are read by people and kept with every run. */
const sixDigits = (value: number): number => Number(value.toPrecision(6))
