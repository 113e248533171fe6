import { paperGrid, presetValues } from '../../core/experiment/presets.ts'
import type { ExperimentFile, TaskHead } from '../../core/experiment/schema.ts'
import { formatRate } from '../../core/runs/describe.ts'

/** The heads, as the wizard offers them. */
export const offeredHeads: readonly { head: TaskHead; label: string; detail: string }[] = [
  {
    head: 'sentence',
    label: 'Sentence',
    detail: 'One text → a class, or a score: sentiment, topic, intent, spam, acceptability',
  },
  {
    head: 'pair',
    label: 'Sentence pair',
    detail: 'Two texts → a class, or a score: entailment, paraphrase, similarity',
  },
  {
    head: 'token',
    label: 'Tokens',
    detail: 'Each word → a tag: names of persons and places, parts of speech',
  },
  {
    head: 'qa',
    label: 'Question answering',
    detail: 'A question and a text → the answer in the text',
  },
]

/** What is guessed of a file goes first. */
export const headsFor = (guess: TaskHead | undefined): typeof offeredHeads =>
  lastFirst(offeredHeads, ({ head }) => head === guess)

export interface Hyperparameters {
  readonly learningRate: number
  readonly batchSize: number
  readonly epochs: number
}
export type HyperparameterName = keyof Hyperparameters

/** What the paper recommends to choose from, its own middle first. */
export const recommended: Readonly<Record<HyperparameterName, readonly number[]>> = {
  learningRate: [...paperGrid.learningRate].reverse(),
  batchSize: paperGrid.batchSize,
  epochs: paperGrid.epochs,
}

export const hyperparameterLabels: Readonly<Record<HyperparameterName, string>> = {
  learningRate: 'Learning rate',
  batchSize: 'Batch size',
  epochs: 'Epochs',
}

export const formatHyperparameter = (name: HyperparameterName, value: number): string =>
  name === 'learningRate' ? formatRate(value) : String(value)

export const defaultHyperparameters: Hyperparameters = {
  learningRate: presetValues.paper.learningRate,
  batchSize: presetValues.paper.batchSize,
  epochs: presetValues.paper.epochs,
}

/**
 * What is typed for a hyperparameter, as a number, or why not.
 * @returns a sentence for the input box where the text is no such value
 */
export const parseHyperparameter = (name: HyperparameterName, text: string): number | string => {
  const value = Number(text.trim())
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) return 'Type a number above 0.'
  if (name === 'learningRate') return value <= 1 ? value : 'A learning rate is at most 1.'
  const most = name === 'batchSize' ? 4096 : 1000
  if (!Number.isInteger(value)) return 'Type a whole number.'
  return value <= most ? value : `At most ${most}.`
}

export type ColumnChoice = string | number

/** Columns as they were chosen; which of them a head has. */
export interface Columns {
  readonly textColumn?: ColumnChoice
  readonly textPairColumn?: ColumnChoice
  readonly labelColumn?: ColumnChoice
  /** The label column holds scores. */
  readonly regression?: boolean
}

/** All that the wizard asks, as far as it was answered. Paths are relative to the folder. */
export interface Draft extends Columns {
  /** Of a workspace with several folders, the one that the runs are kept in. */
  readonly folder?: string
  readonly head?: TaskHead
  readonly train?: string
  /** `split`: 10 % of the training data. */
  readonly dev?: string | 'split'
  readonly model?: string
  /** One run with the hyperparameters, or the paper's eighteen. */
  readonly plan?: 'run' | 'grid'
  readonly hyperparameters: Hyperparameters
}

/** Columns are asked for where a row has texts and a label. */
export const hasColumns = (head: TaskHead | undefined): boolean =>
  head === 'sentence' || head === 'pair'

/** The experiment that a finished draft stands for; undefined while answers are missing. */
export const experimentOf = (draft: Draft): ExperimentFile | undefined => {
  const { head, train, dev, model, plan, hyperparameters } = draft
  const { textColumn, textPairColumn, labelColumn, regression } = draft
  if (!head || !train || !dev || !model) return undefined
  const columns = hasColumns(head)
  return {
    head,
    model,
    data: {
      train,
      ...(dev === 'split' ? { devSplit: 0.1 } : { dev }),
      ...(columns && textColumn !== undefined ? { textColumn } : {}),
      ...(head === 'pair' && textPairColumn !== undefined ? { textPairColumn } : {}),
      ...(columns && labelColumn !== undefined ? { labelColumn } : {}),
    },
    ...(columns && regression ? { regression } : {}),
    ...(plan === 'grid' ? { grid: 'paper' as const } : hyperparameters),
    seeds: [1],
  }
}

/** `train.tsv` in `reviews/` → `reviews`; in the workspace's root the file's own name. */
export const nameFor = (train: string): string => {
  const parts = train.replace(/^hub:|:[^:]*$/g, '').split(/[/\\]/)
  const file = (parts.at(-1) ?? train).replace(/\.[^.]+$/, '')
  const folder = parts.at(-2)
  return folder && /^(train|data|dev|test)/i.test(file) ? folder : file
}

/** Puts what was chosen last first, keeping the order of the rest. */
export const lastFirst = <T>(items: readonly T[], isLast: (item: T) => boolean): T[] => [
  ...items.filter(isLast),
  ...items.filter((item) => !isLast(item)),
]

/** Likely dev files for a training file first: the same folder and kind, named dev, valid or test. */
export const rankDevFiles = (files: readonly string[], train: string): string[] => {
  const weight = (file: string): number =>
    (isBeside(file, train) ? 8 : 0) +
    (kindOf(file) === kindOf(train) ? 4 : 0) +
    (isNamedDev(file) ? 2 : /test/i.test(nameOf(file)) ? 1 : 0)
  return files
    .filter((file) => file !== train)
    .map((file) => ({ file, weight: weight(file) }))
    .sort((a, b) => b.weight - a.weight || a.file.localeCompare(b.file))
    .map(({ file }) => file)
}

/** Whether its place, kind and name say that it is this training file's dev data. */
export const isLikelyDev = (file: string, train: string): boolean =>
  isBeside(file, train) && kindOf(file) === kindOf(train) && isNamedDev(file)

const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1)
const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1)
const kindOf = (file: string): string => /\.[^.]*$/.exec(nameOf(file))?.[0].toLowerCase() ?? ''
const isBeside = (file: string, other: string): boolean => folderOf(file) === folderOf(other)
const isNamedDev = (file: string): boolean => /^(dev|val)/i.test(nameOf(file))

/** Training files first: `train.*`, then the others; dev and test files last. */
export const rankTrainFiles = (files: readonly string[]): string[] => {
  const weight = (file: string): number => {
    const name = nameOf(file)
    if (/train/i.test(name)) return 0
    return /^(dev|val|test)/i.test(name) ? 2 : 1
  }
  return [...files].sort((a, b) => weight(a) - weight(b) || a.localeCompare(b))
}
