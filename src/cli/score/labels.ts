import { alignHeaders, type LabelColumn, readLabelColumn } from '../../core/data/labelColumn.ts'
import { InputError } from '../../core/errors.ts'
import {
  areScores,
  isNumber,
  labelConfusion,
  labelScores,
  numberScores,
} from '../../core/metrics/labelScores.ts'
import type { Scored } from './scored.ts'

export interface LabelOptions {
  readonly labelColumn: string | undefined
  readonly predictedColumn: string | undefined
  readonly labels: readonly string[] | undefined
  readonly positiveLabel: string | undefined
  readonly regression: boolean
}

/**
 * Scores one file of labels, or of scores, against another.
 * @throws InputError where the files do not have as many labels, or hold what cannot be scored
 */
export const scoreLabels = async (
  goldFile: string,
  predictedFile: string,
  options: LabelOptions,
): Promise<Scored> => {
  const [gold, predicted] = alignHeaders(
    await readLabelColumn(goldFile, options.labelColumn),
    await readLabelColumn(predictedFile, options.predictedColumn ?? options.labelColumn),
    options.labels,
  )
  if (gold.labels.length !== predicted.labels.length) {
    throw new InputError(
      `${goldFile} has ${gold.labels.length} labels${from(gold)}, ${predictedFile} has ${predicted.labels.length}${from(predicted)}; give files of the same rows.`,
    )
  }
  const regression = options.regression || areScores([...gold.labels, ...predicted.labels])
  const notes = columnNotes(gold, predicted, options)
  const details = { examples: gold.labels.length, regression }
  if (!regression) {
    for (const each of [gold, predicted]) {
      refuseText(each)
      refuseUnknown(each, options.labels)
    }
    refusePositive(options, gold, predicted)
    if (!predicted.labels.some((label) => gold.labels.includes(label))) {
      notes.push(`No predicted label (${quote(predicted.labels[0])}, …) occurs in ${goldFile}.`)
    }
    const { labels, positiveLabel } = options
    const { confidences } = predicted
    return {
      metrics: labelScores(gold.labels, predicted.labels, { labels, positiveLabel, confidences }),
      confusion: labelConfusion(gold.labels, predicted.labels, labels),
      details,
      notes,
    }
  }
  for (const each of [gold, predicted]) refuseNoNumber(each)
  if (!options.regression)
    notes.push('The labels are numbers with fractions: scored as regression.')
  return { metrics: numberScores(gold.labels, predicted.labels), details, notes }
}

/** Which columns were chosen where none was named, and which lines were taken for names. */
const columnNotes = (
  gold: LabelColumn,
  predicted: LabelColumn,
  options: LabelOptions,
): string[] => {
  const headers = [gold, predicted].flatMap(({ file, header }) =>
    header
      ? [
          `${file}:${header.line}: ${quote(header.label)} is taken for the column's name; if it is a label, give --labels with it.`,
        ]
      : [],
  )
  if (options.labelColumn !== undefined) return headers
  const guessed = options.predictedColumn === undefined ? [gold, predicted] : [gold]
  const columns = guessed.flatMap(({ file, column, header }) =>
    column && !header ? [`${file}: labels from ${column}.`] : [],
  )
  return [...columns, ...headers]
}

const from = ({ column }: LabelColumn): string => (column === undefined ? '' : ` in ${column}`)

const quote = (label = ''): string => JSON.stringify(label.slice(0, 60))

const refuseUnknown = (
  { file, labels, lines }: LabelColumn,
  known: readonly string[] | undefined,
): void => {
  const at = known ? labels.findIndex((label) => !known.includes(label)) : -1
  if (at < 0) return
  throw new InputError(
    `${file}:${lines[at]} has the label ${quote(labels[at])}, which is not among --labels.`,
  )
}

const mostLabels = 1000

const refuseText = ({ file, labels, column }: LabelColumn): void => {
  const distinct = new Set(labels).size
  if (distinct <= mostLabels) return
  throw new InputError(
    `${file} has ${distinct} different labels${column ? ` in ${column}` : ''}, which looks like text; name the label column with --label-column.`,
  )
}

const refusePositive = (
  { positiveLabel, labels }: LabelOptions,
  ...files: readonly LabelColumn[]
): void => {
  if (positiveLabel === undefined || labels?.includes(positiveLabel)) return
  if (files.some((each) => each.labels.includes(positiveLabel))) return
  throw new InputError(
    `headway score: no row has the --positive-label ${quote(positiveLabel)}; give a label of the files.`,
  )
}

const refuseNoNumber = ({ file, labels, lines }: LabelColumn): void => {
  const at = labels.findIndex((label) => !isNumber(label))
  if (at < 0) return
  throw new InputError(
    `${file}:${lines[at]} has ${quote(labels[at])}, which is not a number; regression needs a score in every row.`,
  )
}
