import type { ColumnKey } from '../../core/data/inspect.ts'
import { skippedWarning } from '../../core/data/skipped.ts'
import { loadTokenData } from '../../core/data/tokenData.ts'
import { tokenColumns } from '../../core/data/tokenSets.ts'
import { labelConfusion } from '../../core/metrics/labelScores.ts'
import type { LoadedModel } from '../../engine/loadedModel.ts'
import type { EvaluatedFile } from './evaluatedFile.ts'

/** What `headway evaluate` was called with, for a token model. */
export interface EvaluateTokens {
  /** An absolute path. */
  readonly file: string
  readonly textColumn?: ColumnKey | undefined
  readonly labelColumn?: ColumnKey | undefined
  readonly skipBadRows: boolean
  /** As in training; else a quarter of a window. */
  readonly stride?: number | undefined
}

/**
 * Scores a token model on a file, as training scores its dev set.
 * @param load loads the model, once the file was read
 * @throws InputError as `loadTokenData`
 */
export const evaluateTokensOf = async (
  load: () => Promise<LoadedModel>,
  { file, textColumn, labelColumn, skipBadRows, stride }: EvaluateTokens,
): Promise<EvaluatedFile> => {
  const data = await loadTokenData(file, {
    ...tokenColumns(textColumn, labelColumn),
    skipBadSentences: skipBadRows,
  })
  const model = await load()
  const { evaluateTokens } = await import('../../engine/tasks/tokenTask.ts')
  const { tokenizer, maxLength } = model
  const { labels } = model.head
  const predict: LoadedModel['predict'] = (batch) => model.predict(batch)
  const { sentences } = data
  const evaluated = evaluateTokens({ predict, tokenizer, labels, maxLength, stride }, sentences)
  const known = new Set(labels)
  const unknown = [...new Set(sentences.flatMap(({ tags }) => tags))].filter(
    (tag) => !known.has(tag),
  )
  const notes = skippedWarning(data, 'sentence')
  if (unknown.length > 0) {
    notes.push(
      `${file} has tags that the model does not know (${unknown.sort().slice(0, 10).join(', ')}): counted as missed.`,
    )
  }
  const { kind } = data
  const confusion = kind === 'classes' ? confusionOf(evaluated.predictions) : undefined
  return { ...evaluated, confusion, examples: sentences.length, notes }
}

/** @param predictions of classes, as they are kept */
const confusionOf = (predictions: readonly object[]) => {
  const kept = predictions as readonly Record<'gold' | 'predicted', readonly string[]>[]
  return labelConfusion(
    kept.flatMap(({ gold }) => gold),
    kept.flatMap(({ predicted }) => predicted),
  )
}
