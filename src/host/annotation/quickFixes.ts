import * as vscode from 'vscode'
import { byNearness, type DisplaySpan } from '../../core/annotation/displaySpans.ts'
import type { AnnotatedDocument } from './annotatedDocument.ts'
import { annotationCommandIds as ids } from './commandIds.ts'
import { oneLine } from './hoverText.ts'
import { countMentions } from './labelActions.ts'
import { refOf } from './spanRef.ts'

/** What the light bulb offers for the spans at a place. */
export const quickFixes = (
  annotated: AnnotatedDocument,
  range: vscode.Range,
  diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction[] => {
  const place = annotated.offsets(range)
  const [span] = byNearness(annotated.spansAt(place), place)
  if (!span) return range.isEmpty ? [] : [labelSelection(annotated, range)]
  const ours = diagnostics.filter(({ source }) => source === 'Headway')
  return fixesOf(annotated, span).map((fix, at) => {
    fix.diagnostics = ours
    fix.isPreferred = at === 0
    return fix
  })
}

const fixesOf = (annotated: AnnotatedDocument, span: DisplaySpan): vscode.CodeAction[] => {
  const ref = refOf(annotated, span)
  const covered = `‘${oneLine(annotated.slice(span), 40)}’`
  const mentions = countMentions(annotated, span)
  const likely = span.types.flatMap(({ type, probability }) =>
    type ? [{ type, probability }] : [],
  )
  const others = [
    ...likely,
    ...annotated.types
      .filter((type) => !likely.some((each) => each.type === type))
      .map((type) => ({ type, probability: undefined })),
  ].filter(({ type }) => type !== span.type)
  return [
    ...(span.look === 'gold' && !span.against
      ? []
      : [action(`Accept ${covered} as ${span.type}`, ids.acceptSpan, ref)]),
    ...others.map(({ type, probability }) =>
      action(
        `Change to ${oneLine(type, 40)}${probability === undefined ? '' : ` (${probability.toFixed(2)})`}`,
        ids.labelType,
        { ...ref, to: type },
      ),
    ),
    action('Extend by a word at the end', ids.extendSpan, { ...ref, side: 'end' }),
    action('Extend by a word at the start', ids.extendSpan, { ...ref, side: 'start' }),
    action('Shrink by a word at the end', ids.shrinkSpan, { ...ref, side: 'end' }),
    action('Shrink by a word at the start', ids.shrinkSpan, { ...ref, side: 'start' }),
    ...(span.look === 'rejected'
      ? []
      : [action(`Remove: ${covered} is no ${span.type}`, ids.rejectSpan, ref)]),
    ...(mentions === undefined || mentions > 1
      ? [
          action(
            `Label all ${mentions === undefined ? '' : `${mentions} `}identical mentions as ${span.type}`,
            ids.labelAllMentions,
            ref,
          ),
        ]
      : []),
    action(`Ignore ${covered} in this workspace`, ids.ignoreWord, ref),
    ...(span.annotation ? [action('Forget this label', ids.removeLabel, ref)] : []),
  ]
}

const labelSelection = (annotated: AnnotatedDocument, range: vscode.Range): vscode.CodeAction => {
  const covered = oneLine(annotated.document.getText(range), 40)
  return action(`Label ‘${covered}’ as…`, ids.labelAs)
}

const action = (title: string, command: string, ...args: unknown[]): vscode.CodeAction => {
  const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix)
  made.command = { title, command, arguments: args }
  return made
}
