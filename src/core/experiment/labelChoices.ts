import type { LabelKind } from '../data/labelKind.ts'
import { InputError } from '../errors.ts'
import type { DataFiles, SelectionMetric } from './schema.ts'

interface Choices {
  readonly data: Pick<DataFiles, 'positiveLabel'>
  readonly selectionMetric?: SelectionMetric | undefined
}

const mostNamed = 40

/** @throws InputError where the training data's labels (none: scores) do not allow what was chosen */
export const checkLabelChoices = (
  { data, selectionMetric }: Choices,
  labels: readonly string[],
  file: string,
): void => {
  const { positiveLabel } = data
  const named = labels.slice(0, mostNamed).map((label) => JSON.stringify(label))
  const known = named.join(', ') + (labels.length > mostNamed ? ', …' : '')
  if (positiveLabel !== undefined && !labels.includes(positiveLabel)) {
    throw new InputError(
      `"positiveLabel" ${JSON.stringify(positiveLabel)} is not a label of ${file} (${known || 'it has scores'}).`,
    )
  }
  if (selectionMetric === 'f1' && labels.length !== 2) {
    throw new InputError(
      `"selectionMetric" f1 is for two labels; ${file} has ${labels.length} (${known}): choose macroF1.`,
    )
  }
}

/** @throws InputError where spans are to be counted and the tags mark none */
export const checkTagChoices = (
  selectionMetric: SelectionMetric | undefined,
  kind: LabelKind,
  file: string,
): void => {
  if (kind === 'spans' || selectionMetric !== 'entityF1') return
  throw new InputError(
    `"selectionMetric" entityF1 is for tags that mark spans (B-PER, I-PER, O); those of ${file} are classes: choose tokenAccuracy.`,
  )
}
