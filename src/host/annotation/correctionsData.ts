import path from 'node:path'
import type { TaggedSentence } from '../../core/annotation/formats/conll.ts'
import { formatTagged } from '../../core/annotation/formats/conll.ts'
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
  const stamp = new Date().toISOString().replaceAll(/[-:]|\..*/g, '')
  const folder = path.join(store, '.headway', 'corrections', stamp)
  const repeats = repeatsOf(sets.train.length, corrections.length)
  const train = path.join(folder, 'train.conll')
  const repeated = Array.from({ length: repeats }, () => corrections).flat()
  writeFileAtomic(path.join(folder, 'corrections.conll'), formatTagged(corrections))
  writeFileAtomic(train, formatTagged([...sets.train, ...repeated]))
  const relative = (file: string) => path.relative(store, file).split(path.sep).join('/')
  let dev = config.data.dev && relative(path.resolve(dataBase, config.data.dev))
  if (dev === undefined) {
    // Held out of the training data: the same sentences, or the scores could not be compared.
    const held = path.join(folder, 'dev.conll')
    writeFileAtomic(held, formatTagged(sets.dev))
    dev = relative(held)
  }
  const { learningRate, batchSize, epochs, seed, maxLength, stride, precision, backend } = config
  const experiment: ExperimentFile = {
    head: 'token',
    model:
      from === 'last' ? relative(layout.model(runDir)) : modelOf(config.model, dataBase, store),
    data: {
      train: relative(train),
      dev,
      labels: withNewTypes(record.labels, corrections),
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
  const isPath = /^\.{0,2}[/\\]|^[A-Za-z]:/.test(model)
  return isPath ? path.relative(to, path.resolve(from, model)).split(path.sep).join('/') : model
}

/** The model's label order, then types that only the corrections have. */
const withNewTypes = (
  labels: readonly string[],
  corrections: readonly TaggedSentence[],
): string[] => {
  const types = new Set(corrections.flatMap(({ tags }) => tags.map((tag) => parseTag(tag)?.type)))
  const known = new Set(labels)
  const added = [...types].flatMap((type) =>
    type === undefined ? [] : [`B-${type}`, `I-${type}`].filter((label) => !known.has(label)),
  )
  return [...labels, ...added.sort()]
}
