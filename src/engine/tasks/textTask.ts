import path from 'node:path'
import { loadTextData, type TextExamples } from '../../core/data/textData.ts'
import { InputError } from '../../core/errors.ts'
import { classificationMetrics } from '../../core/metrics/classification.ts'
import { regressionMetrics } from '../../core/metrics/regression.ts'
import { crossEntropyOf, softmax } from '../../core/metrics/softmax.ts'
import type { BertTokenizer } from '../../core/tokenizer/encode.ts'
import { loadTokenizer } from '../../core/tokenizer/loadTokenizer.ts'
import type { EncodedExample } from '../batches.ts'
import { sentenceHead } from '../heads/sentence.ts'
import { predictAll } from '../predictAll.ts'
import type { TaskSource } from './readTask.ts'
import { type Evaluated, exampleSet, type LogitsOf, type Task } from './task.ts'

/** A dev example remembers its line: predictions name it. */
export interface TextExample extends EncodedExample<number> {
  readonly line: number
}

/** The heads `sentence` and `pair`: classes, or with regression a score. */
export const readTextTask = async (
  { config, labels, base, folder }: TaskSource,
  headName: 'sentence' | 'pair',
): Promise<Task> => {
  const { regression, maxLength } = config
  const data = await loadTextData(config.data, { base, head: headName, regression })
  if (data.labels.join('\n') !== labels.join('\n')) {
    throw new InputError(
      `${path.resolve(base, config.data.train)} has other labels than at launch; launch the run again.`,
    )
  }
  const head = sentenceHead(regression ? 1 : labels.length)
  const tokenizer = loadTokenizer(folder.dir)
  const cut = { count: 0 }
  const train = encodeTexts(data.train, tokenizer, maxLength, cut)
  const dev = encodeTexts(data.dev, tokenizer, maxLength, cut)
  const notes = [...data.warnings]
  if (cut.count > 0) {
    notes.push(`${cut.count} texts are longer than ${maxLength} pieces and were cut.`)
  }
  const positiveLabel = config.data.positiveLabel
  return {
    head,
    train: exampleSet(head, train, maxLength),
    devExamples: dev.length,
    notes,
    evaluate: (model) => evaluateTexts(model, dev, { maxLength, labels, positiveLabel }),
  }
}

export const encodeTexts = (
  examples: TextExamples,
  tokenizer: BertTokenizer,
  maxLength: number,
  cut = { count: 0 },
): TextExample[] =>
  examples.texts.map((text, index) => {
    const textPair = examples.textPairs?.[index]
    const encoding = tokenizer.encode(text, {
      maxLength,
      ...(textPair === undefined ? {} : { textPair }),
    })
    if (encoding.overflow > 0) cut.count++
    return {
      ids: encoding.ids,
      typeIds: encoding.typeIds,
      target: examples.targets[index] ?? 0,
      line: examples.lines[index] ?? 0,
    }
  })

export interface TextSettings {
  readonly maxLength: number
  /** Label order; empty for scores. */
  readonly labels: readonly string[]
  readonly positiveLabel: string | undefined
}

export const evaluateTexts = (
  model: LogitsOf,
  examples: readonly TextExample[],
  settings: TextSettings,
): Evaluated =>
  settings.labels.length === 0
    ? evaluateScores(model, examples, settings.maxLength)
    : evaluateClasses(model, examples, settings)

const evaluateClasses = (
  model: LogitsOf,
  examples: readonly TextExample[],
  { maxLength, labels, positiveLabel }: TextSettings,
): Evaluated => {
  const logits = predictAll(model, sentenceHead(labels.length), examples, maxLength)
  const gold = examples.map(({ target }) => target)
  const probabilities = logits.map((row) => softmax(row))
  const predicted = probabilities.map((row) => row.indexOf(Math.max(...row)))
  const losses = logits.map((row, index) => crossEntropyOf(row, gold[index]!))
  const loss = losses.reduce((sum, each) => sum + each, 0) / Math.max(1, losses.length)
  return {
    metrics: {
      ...classificationMetrics({ gold, predicted, probabilities, labels, positiveLabel }),
      loss,
    },
    predictions: examples.map(({ line, target }, index) => ({
      index,
      line,
      gold: labels[target],
      predicted: labels[predicted[index]!],
      probabilities: probabilities[index]!.map(sixDigits),
    })),
  }
}

const evaluateScores = (
  model: LogitsOf,
  examples: readonly TextExample[],
  maxLength: number,
): Evaluated => {
  // As they are kept: the metrics are those of the predictions that everyone can read.
  const scores = predictAll(model, sentenceHead(1), examples, maxLength).map(([score]) =>
    sixDigits(score!),
  )
  const gold = examples.map(({ target }) => target)
  return {
    metrics: regressionMetrics(gold, scores),
    predictions: examples.map(({ line, target }, index) => ({
      index,
      line,
      gold: target,
      predicted: scores[index]!,
    })),
  }
}

/** Predictions are read by people and kept with every run. */
const sixDigits = (value: number): number => Number(value.toPrecision(6))
