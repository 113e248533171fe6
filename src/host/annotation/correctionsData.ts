import fs from 'node:fs'
import path from 'node:path'
import type { TaggedSentence } from '../../core/annotation/formats/conll.ts'
import { formatTagged } from '../../core/annotation/formats/conll.ts'
import type { LabelKind } from '../../core/data/labelKind.ts'
import { parseTag } from '../../core/data/tagSchemes.ts'
import { loadTokenSets } from '../../core/data/tokenSets.ts'
import type { ExperimentFile } from '../../core/experiment/schema.ts'
import { writeFileAtomic } from '../../core/files/atomicFile.ts'
import type { RunRecord } from '../../core/runs/records.ts'
import { layout } from '../../core/runs/store.ts'

/** Where the corrected run begins, and whether it is one run or several. */
export interface RetrainPlan {
  /** The pretrained model, or the one that was corrected. */
  readonly from: 'pretrained' | 'last'
  /** Lists make a sweep; what is left out is as in the corrected run. */
  readonly grid: Pick<ExperimentFile, 'learningRate' | 'batchSize' | 'epochs' | 'seeds'>
}

/** So often the corrections are repeated where they are few: a tenth of the training data, at most. */
const wantedShare = 0.1
const mostRepeats = 4

export interface CorrectedExperiment {
  readonly experiment: ExperimentFile
  /** What the experiment's paths are relative to. */
  readonly base: string
  readonly name: string
}

/**
 * The experiment that learns from corrections: the run's own training data and the corrected
 * sentences, its dev set unchanged. The data are written as CoNLL under `.headway/corrections/`.
 *
 * @param store the folder that holds `.headway/`
 * @throws InputError where the run's data cannot be read any more
 */
export const correctedExperiment = async (
  runDir: string,
  record: RunRecord,
  store: string,
  corrections: readonly TaggedSentence[],
  { from, grid }: RetrainPlan,
  sweepName: string,
): Promise<CorrectedExperiment> => {
  const { config } = record
  const dataBase = path.resolve(runDir, record.base)
  const sets = await loadTokenSets(config.data, dataBase)
  const stamp = new Date().toISOString().replaceAll(/[-:.]/g, '')
  const folder = path.join(store, '.headway', 'corrections', stamp)
  const write = (name: string, sentences: readonly TaggedSentence[]): string => {
    const file = path.join(folder, name)
    writeFileAtomic(file, formatTagged(sentences))
    return file
  }
  const own = withoutEarlier(sets.train, path.resolve(dataBase, config.data.train))
  const corrected = new Set(corrections.map(keyOf))
  const kept = own.filter((sentence) => !corrected.has(keyOf(sentence)))
  const repeats = repeatsOf(kept.length, corrections.length)
  const repeated = Array.from({ length: repeats }, () => corrections).flat()
  write(names.corrections, corrections)
  write(
    names.replaced,
    own.filter((sentence) => corrected.has(keyOf(sentence))),
  )
  const train = write(names.train, [...kept, ...repeated])
  const relative = (file: string) => path.relative(store, file).split(path.sep).join('/')
  // Held out of the training data, or in columns that the new experiment does not name: written
  // out, the same sentences, or the scores could not be compared.
  const { data } = config
  const asItIs =
    data.textColumn === undefined && data.labelColumn === undefined && !data.skipBadRows
  const dev = relative(
    data.dev !== undefined && asItIs
      ? path.resolve(dataBase, data.dev)
      : write(names.dev, sets.dev),
  )
  const { learningRate, batchSize, epochs, seed, maxLength, stride, precision, backend } = config
  const experiment: ExperimentFile = {
    head: 'token',
    model:
      from === 'last' ? relative(layout.model(runDir)) : modelOf(config.model, dataBase, store),
    data: {
      train: relative(train),
      dev,
      labels: withNewTags(record.labels, corrections, sets.kind),
    },
    learningRate,
    batchSize,
    epochs,
    seeds: [seed],
    maxLength,
    ...(stride === undefined ? {} : { stride }),
    precision,
    backend,
    selectionMetric: config.selectionMetric,
    weightDecay: config.weightDecay,
    warmup: config.warmup,
    dropout: config.dropout,
    gradientAccumulation: config.gradientAccumulation,
    ...grid,
  }
  return {
    experiment,
    base: store,
    name: `${sweepName.replace(/ corrected( \d+T?\d*)?$/, '')} corrected`,
  }
}

export const repeatsOf = (training: number, corrections: number): number =>
  Math.max(
    1,
    Math.min(mostRepeats, Math.floor((wantedShare * training) / Math.max(1, corrections))),
  )

/** A folder's path was relative to where the run's data were; a name of the Hub stays. */
const modelOf = (model: string, from: string, to: string): string => {
  const isPath = /^\.{0,2}[/\\]|^[A-Za-z]:/.test(model) || fs.existsSync(path.resolve(from, model))
  return isPath ? path.relative(to, path.resolve(from, model)).split(path.sep).join('/') : model
}

/** The model's label order, then tags that only the corrections have. */
const withNewTags = (
  labels: readonly string[],
  corrections: readonly TaggedSentence[],
  kind: LabelKind,
): string[] => {
  const used = new Set(corrections.flatMap(({ tags }) => tags))
  const wanted =
    kind === 'classes'
      ? [...used]
      : [...used].flatMap((tag) => {
          const type = parseTag(tag)?.type
          return type === undefined ? [] : [`B-${type}`, `I-${type}`]
        })
  const known = new Set(labels)
  return [...labels, ...new Set(wanted.filter((label) => !known.has(label)).sort())]
}

const names = {
  train: 'train.conll',
  dev: 'dev.conll',
  corrections: 'corrections.conll',
  /** Training sentences that a correction stands for. */
  replaced: 'replaced.conll',
} as const

/** Of whatever cut into words. */
const keyOf = ({ words }: Pick<TaggedSentence, 'words'>): string => words.join('')

/**
 * The training data as they were before any correction: those of a run that learned from corrections
 * hold earlier ones, each several times, that may have been changed or taken back since.
 */
const withoutEarlier = (
  train: readonly TaggedSentence[],
  trainFile: string,
): readonly TaggedSentence[] => {
  const beside = (name: string) => path.join(path.dirname(trainFile), name)
  const isOurs = /[/\\]\.headway[/\\]corrections[/\\][^/\\]+[/\\]train\.conll$/.test(trainFile)
  if (!isOurs || !fs.existsSync(beside(names.corrections))) return train
  const earlier = new Set(readTagged(beside(names.corrections)).map(keyOf))
  const own = train.filter((sentence) => !earlier.has(keyOf(sentence)))
  return fs.existsSync(beside(names.replaced))
    ? [...own, ...readTagged(beside(names.replaced))]
    : own
}

/** As `formatTagged` writes it. */
const readTagged = (file: string): TaggedSentence[] =>
  fs
    .readFileSync(file, 'utf8')
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const rows = block.split('\n').filter((row) => row !== '')
      const fields = rows.map((row) => row.split('\t'))
      return {
        words: fields.map(([word = '']) => word),
        tags: fields.map((each) => each[1] ?? 'O'),
      }
    })
