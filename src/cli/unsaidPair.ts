import type { TableOptions } from '../core/data/format.ts'
import { type ColumnKey, inspectDataFile } from '../core/data/inspect.ts'
import { InputError } from '../core/errors.ts'

interface TextColumns {
  readonly textColumn?: ColumnKey | undefined
  readonly textPairColumn?: ColumnKey | undefined
}

/**
 * For a model whose folder does not say whether it reads pairs: read by the first text alone, a pair
 * model gives answers that look right and are not.
 * @throws InputError where the file has a second text and no column was named
 */
export const refuseUnsaidPair = async (
  file: string,
  { textColumn, textPairColumn }: TextColumns,
  table: TableOptions,
): Promise<void> => {
  if (textColumn !== undefined || textPairColumn !== undefined) return
  const { text, textPair } = (await inspectDataFile(file, table)).guess
  if (textPair !== undefined) throw unsaidPair(file, text ?? 0, textPair)
}

export const unsaidPair = (where: string, text: ColumnKey, textPair: ColumnKey): InputError =>
  new InputError(
    `${where} has a second text ("${textPair}"), and the model's config.json does not say whether it reads pairs; give --text-pair-column ${quoted(textPair)}, or --text-column ${quoted(text)} for the first text alone.`,
  )

const quoted = (column: ColumnKey): string =>
  /^\w+$/.test(String(column)) ? String(column) : JSON.stringify(column)
