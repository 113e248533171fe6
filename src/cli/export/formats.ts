import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../../core/errors.ts'
import type { TaskHead } from '../../core/experiment/schema.ts'
import { toCsv } from '../../core/export/csv.ts'
import { eventFile } from '../../core/export/tensorboard.ts'
import { writeFileAtomic, writeJsonAtomic } from '../../core/files/atomicFile.ts'
import {
  type PredictionKind,
  type Predictions,
  readPredictions,
} from '../../core/runs/predictions.ts'
import type { RunRecord } from '../../core/runs/records.ts'
import { highestAttempt, layout } from '../../core/runs/store.ts'
import { findFineTuned } from '../fineTuned.ts'
import { scalarsOf } from './scalars.ts'

export interface Exported {
  readonly dir: string
  readonly record: RunRecord
  /** Where it goes. */
  readonly to: string
}

/** Writes one format. @returns the files written */
type Exporter = (run: Exported) => string[]

/** The fine-tuned model as `transformers` loads it; the folder is there whole or not at all. */
const exportModel: Exporter = ({ dir, record, to }) => {
  const { model } = findFineTuned(dir, dir)
  if (fs.existsSync(to) && fs.readdirSync(to).length > 0) {
    throw new InputError(`${to} is not empty: choose a new folder for the model.`)
  }
  const temporary = `${to}.${process.pid}.tmp`
  try {
    fs.cpSync(model, temporary, { recursive: true })
    nameHead(path.join(temporary, 'config.json'), record.config.head)
    fs.rmSync(to, { recursive: true, force: true })
    fs.renameSync(temporary, to)
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true })
  }
  return fs.readdirSync(to).map((name) => path.join(to, name))
}

/** Models that were saved before their folder said it: away from its run, no one else knows. */
const nameHead = (configFile: string, head: TaskHead): void => {
  const config = JSON.parse(fs.readFileSync(configFile, 'utf8')) as object
  if (!('headway' in config)) writeJsonAtomic(configFile, { ...config, headway: { head } })
}

/** Curves, a number a row: step, what, value. */
const exportCsv: Exporter = ({ dir, record, to }) => {
  const rows = scalarsOf(dir).map(({ step, tag, value, time }) => [
    step,
    tag,
    value,
    new Date(time).toISOString(),
  ])
  const file = path.join(to, `${record.id}.csv`)
  writeFileAtomic(file, toCsv([['step', 'what', 'value', 'time'], ...rows]))
  return [file]
}

/**
 * One folder a run, as TensorBoard wants them beside each other. The cell is of the hyperparameters
 * alone: by the id, a run on another model or other data is another curve.
 */
const exportTensorboard: Exporter = ({ dir, record, to }) => {
  const scalars = scalarsOf(dir)
  const seconds = Math.floor((scalars[0]?.time ?? record.created) / 1000)
  const name = `events.out.tfevents.${seconds}.headway`
  const folder = `${record.cell}-seed${record.seed}-${record.id.slice(0, 6)}`
  const file = path.join(to, folder, name)
  writeFileAtomic(file, eventFile(scalars))
  return [file]
}

/** The dev predictions of a finished run of this head. @throws InputError where it has none */
const predictionsOf = <K extends PredictionKind>(
  { dir, record }: Exported,
  kind: K,
  format: string,
): Extract<Predictions, { kind: K }> => {
  const attempt = highestAttempt(dir)
  const predictions = readPredictions(layout.predictions(dir, attempt), record.config)
  const isOfKind = (each: Predictions): each is Extract<Predictions, { kind: K }> =>
    each.kind === kind
  if (predictions && isOfKind(predictions)) return predictions
  const why = predictions ? `has the head ${record.config.head}` : 'has no dev predictions yet'
  const head = kind === 'tokens' ? 'token' : 'qa'
  throw new InputError(
    `Run ${record.id} ${why}: ${format} is for finished runs of the head ${head}.`,
  )
}

/** Dev predictions of the token head: word, gold and predicted tag, as conlleval reads them. */
const exportConll: Exporter = (run) => {
  const sentences = predictionsOf(run, 'tokens', 'conll').rows.map(({ words, gold, predicted }) =>
    words.map((word, at) => `${word}\t${gold[at]}\t${predicted[at]}\n`).join(''),
  )
  const file = path.join(run.to, `${run.record.id}.conll`)
  writeFileAtomic(file, sentences.join('\n'))
  return [file]
}

/** Dev predictions of the qa head as the SQuAD scripts read them: an object from id to answer. */
const exportSquad: Exporter = (run) => {
  const { rows } = predictionsOf(run, 'answers', 'squad')
  const file = path.join(run.to, `${run.record.id}.json`)
  writeJsonAtomic(file, Object.fromEntries(rows.map(({ id, predicted }) => [id, predicted])))
  return [file]
}

export const exporters: Readonly<Record<string, Exporter>> = {
  hf: exportModel,
  csv: exportCsv,
  tensorboard: exportTensorboard,
  conll: exportConll,
  squad: exportSquad,
}

/** Formats that all runs of a sweep go to together. */
export const wholeSweeps: readonly string[] = ['csv', 'tensorboard', 'mlflow']
