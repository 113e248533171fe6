import type * as vscode from 'vscode'
import { InputError } from '../../core/errors.ts'

/** A text to predict and the line behind which its class is to stand. */
export interface TextOfLine {
  readonly text: string
  readonly textPair?: string
  readonly line: number
}

export interface TextsToPredict {
  readonly texts: readonly TextOfLine[]
  /** Lines beyond those that are predicted at once. */
  readonly left: number
}

const mostTexts = 500

/**
 * Each selection, or its lines where it has several or is empty. Of a pair two selections, or the two
 * fields of a line with a tab.
 *
 * @param pair undefined where nothing tells what the model was trained on: lines with one tab are pairs
 * @throws InputError where there is no text, or no pair
 */
export const textsToPredict = (
  { document, selections }: Pick<vscode.TextEditor, 'document' | 'selections'>,
  pair: boolean | undefined,
): TextsToPredict => {
  const [first, second] = selections
  if (pair !== false && selections.length === 2 && first && second) {
    const [text, textPair] = [first, second].map((each) => document.getText(each))
    if (text && textPair) return { texts: [{ text, textPair, line: second.end.line }], left: 0 }
  }
  const lines: TextOfLine[] = []
  let left = 0
  for (const selection of selections) {
    if (!selection.isEmpty && selection.isSingleLine) {
      lines.push({ text: document.getText(selection), line: selection.end.line })
      continue
    }
    const { start, end } = selection
    const past = Math.min(end.line + 1, start.line + Math.max(0, mostTexts - lines.length))
    for (let line = start.line; line < past; line++) {
      lines.push({ text: document.lineAt(line).text, line })
    }
    left += end.line + 1 - Math.max(past, start.line)
  }
  const texts = lines.filter(({ text }) => text.trim() !== '')
  if (texts.length === 0)
    throw new InputError('There is no text here: select some, or go to a line.')
  return { texts: pair === false ? texts : texts.map((each) => asPair(each, pair === true)), left }
}

const asPair = ({ text, line }: TextOfLine, must: boolean): TextOfLine => {
  const [one = '', two = '', ...more] = text.split('\t')
  if (one.trim() && two.trim() && (must || more.length === 0)) {
    return { text: one, textPair: two, line }
  }
  if (!must) return { text, line }
  throw new InputError(
    `Line ${line + 1} is no pair: put a tab between its two texts, or select two texts.`,
  )
}
