import type { TableOptions } from '../../core/data/format.ts'
import type { ColumnKey } from '../../core/data/inspect.ts'
import { loadTextExamples } from '../../core/data/textData.ts'
import { InputError } from '../../core/errors.ts'
import { labelConfusion } from '../../core/metrics/labelScores.ts'
import type { LoadedModel } from '../../engine/loadedModel.ts'
import { refuseUnsaidPair } from '../unsaidPair.ts'
import type { EvaluatedFile } from './evaluatedFile.ts'

/** What `headway evaluate` was called with, for a sentence or pair model. */
export interface EvaluateTexts {
  /** An absolute path. */
  readonly file: string
  readonly columns: {
    readonly textColumn?: ColumnKey | undefined
    readonly textPairColumn?: ColumnKey | undefined
    readonly labelColumn?: ColumnKey | undefined
  }
  readonly table: TableOptions
  readonly skipBadRows: boolean
  /** Whether the model reads two texts; undefined where it does not tell. */
  readonly pair: boolean | undefined
  /** Label order; empty for scores. */
  readonly labels: readonly string[]
  readonly positiveLabel?: string | undefined
}

/**
 * Scores a sentence or pair model on a file, as training scores its dev set.
 * @param load loads the model, once the file was read
 * @throws InputError as `loadTextExamples`
 */
export const evaluateTextsOf = async (
  load: () => Promise<LoadedModel>,
  { file, columns, table, skipBadRows, pair, labels, positiveLabel }: EvaluateTexts,
): Promise<EvaluatedFile> => {
  refuseUnknown(positiveLabel, labels)
  if (pair === undefined) await refuseUnsaidPair(file, columns, table)
  const { examples, warnings } = await loadTextExamples(file, {
    data: { ...columns, ...table, skipBadRows },
    head: (pair ?? columns.textPairColumn !== undefined) ? 'pair' : 'sentence',
    regression: labels.length === 0,
    labels,
    withLabels: true,
  })
  const model = await load()
  const { encodeTexts, evaluateTexts } = await import('../../engine/tasks/textTask.ts')
  const { tokenizer, maxLength } = model
  const encoded = encodeTexts(examples, tokenizer, maxLength)
  const evaluated = evaluateTexts(model, encoded, { maxLength, labels, positiveLabel })
  return {
    ...evaluated,
    confusion: labels.length === 0 ? undefined : confusionOf(evaluated.predictions, labels),
    examples: encoded.length,
    notes: warnings,
  }
}

const refuseUnknown = (positiveLabel: string | undefined, labels: readonly string[]): void => {
  if (positiveLabel === undefined || labels.includes(positiveLabel)) return
  const known = labels.map((label) => JSON.stringify(label.slice(0, 60))).join(', ')
  throw new InputError(
    `headway evaluate: the --positive-label ${JSON.stringify(positiveLabel.slice(0, 60))} is no label of the model (${known || 'it gives scores'}).`,
  )
}

/** @param predictions of classes, as they are kept */
const confusionOf = (predictions: readonly object[], labels: readonly string[]) => {
  const kept = predictions as readonly { readonly gold: string; readonly predicted: string }[]
  return labelConfusion(
    kept.map(({ gold }) => gold),
    kept.map(({ predicted }) => predicted),
    labels,
  )
}
