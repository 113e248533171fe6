import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../../core/errors.ts'
import { toCsv } from '../../core/export/csv.ts'
import { eventFile } from '../../core/export/tensorboard.ts'
import { writeFileAtomic } from '../../core/files/atomicFile.ts'
import { readPredictions } from '../../core/runs/predictions.ts'
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
const exportModel: Exporter = ({ dir, to }) => {
  const { model } = findFineTuned(dir, dir)
  if (fs.existsSync(to) && fs.readdirSync(to).length > 0) {
    throw new InputError(`${to} is not empty: choose a new folder for the model.`)
  }
  const temporary = `${to}.${process.pid}.tmp`
  try {
    fs.cpSync(model, temporary, { recursive: true })
    fs.rmSync(to, { recursive: true, force: true })
    fs.renameSync(temporary, to)
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true })
  }
  return fs.readdirSync(to).map((name) => path.join(to, name))
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

/** One folder a run, as TensorBoard wants them beside each other. */
const exportTensorboard: Exporter = ({ dir, record, to }) => {
  const scalars = scalarsOf(dir)
  const seconds = Math.floor((scalars[0]?.time ?? record.created) / 1000)
  const name = `events.out.tfevents.${seconds}.headway`
  const file = path.join(to, `${record.cell}-seed${record.seed}`, name)
  writeFileAtomic(file, eventFile(scalars))
  return [file]
}

/** Dev predictions of the token head: word, gold and predicted tag, as conlleval reads them. */
const exportConll: Exporter = ({ dir, record, to }) => {
  const attempt = highestAttempt(dir)
  const predictions = readPredictions(layout.predictions(dir, attempt), record.config)
  if (predictions?.kind !== 'tokens') {
    const why = predictions ? `has the head ${record.config.head}` : 'has no dev predictions yet'
    throw new InputError(`Run ${record.id} ${why}: conll is for finished runs of the head token.`)
  }
  const sentences = predictions.rows.map(({ words, gold, predicted }) =>
    words.map((word, at) => `${word}\t${gold[at]}\t${predicted[at]}\n`).join(''),
  )
  const file = path.join(to, `${record.id}.conll`)
  writeFileAtomic(file, sentences.join('\n'))
  return [file]
}

export const exporters: Readonly<Record<string, Exporter>> = {
  hf: exportModel,
  csv: exportCsv,
  tensorboard: exportTensorboard,
  conll: exportConll,
}
