import * as vscode from 'vscode'
import type { DisplaySpan } from '../../core/annotation/displaySpans.ts'
import type { AnnotatedDocument } from './annotatedDocument.ts'
import { annotationCommandIds as ids } from './commandIds.ts'
import { oneLine, shareLines, verdict } from './hoverText.ts'
import { altKey } from './keyNames.ts'
import { countMentions } from './labelActions.ts'
import type { Predictor } from './predictor.ts'
import { refOf, type SpanRef } from './spanRef.ts'

/** Only these may be run from a hover; its texts come from data. */
const enabledCommands = [
  ids.acceptSpan,
  ids.rejectSpan,
  ids.labelType,
  ids.labelAllMentions,
  ids.removeLabel,
]
const piecesMs = 300

/** Type, probability, the next two types, the pieces, who said it, and what can be done. */
export const spanHover = async (
  annotated: AnnotatedDocument,
  span: DisplaySpan,
  predictor: Predictor,
): Promise<vscode.Hover> => {
  const covered = annotated.slice(span)
  const mentions = countMentions(annotated, span)
  const pieces = await piecesOf(annotated, covered, predictor)
  const text = new vscode.MarkdownString()
  text.isTrusted = { enabledCommands }
  text.appendMarkdown('**').appendText(oneLine(covered)).appendMarkdown('**')
  if (mentions !== undefined && mentions > 1) text.appendText(` · ${mentions} mentions`)
  if (pieces.length > 0)
    text.appendText(` · pieces: ${pieces.map((each) => oneLine(each)).join(' ')}`)
  const bars = shareLines(span)
  if (bars.length > 0) text.appendCodeblock(bars.join('\n'), 'text')
  else text.appendMarkdown('\n\n')
  const main = `Run ${annotated.main?.model.name ?? ''}`
  text.appendText(verdict(span, main, `run ${annotated.other?.model.name ?? ''}`))
  text.appendMarkdown('\n\n---\n\n').appendMarkdown(actions(annotated, span, mentions ?? 0))
  return new vscode.Hover(text, annotated.range(span))
}

const actions = (annotated: AnnotatedDocument, span: DisplaySpan, mentions: number): string => {
  const ref = refOf(annotated, span)
  const links = [
    ...(span.look === 'gold' && !span.against
      ? []
      : [link('Accept', ids.acceptSpan, ref, altKey('A'))]),
    ...nextTypes(annotated, span).map((type) =>
      link(type, ids.labelType, { ...ref, to: type }, keyOf(annotated, type)),
    ),
    ...(span.look === 'rejected' ? [] : [link('Remove', ids.rejectSpan, ref, altKey('R'))]),
    ...(mentions > 1
      ? [link(`All ${mentions} mentions → ${span.type}`, ids.labelAllMentions, ref)]
      : []),
    ...(span.annotation ? [link('Forget label', ids.removeLabel, ref)] : []),
  ]
  return links.join('&nbsp;&nbsp; ')
}

/** The two types that are most probable after its own. */
const nextTypes = (annotated: AnnotatedDocument, span: DisplaySpan): string[] => {
  const likely = span.types.flatMap(({ type }) => type ?? [])
  return [...new Set([...likely, ...annotated.types])]
    .filter((type) => type !== span.type)
    .slice(0, 2)
}

const keyOf = (annotated: AnnotatedDocument, type: string): string | undefined => {
  const at = annotated.types.indexOf(type)
  return at >= 0 && at < 9 ? altKey(at + 1) : undefined
}

const link = (
  label: string,
  command: string,
  argument: SpanRef & { readonly to?: string },
  key?: string,
): string => {
  const target = encodeURIComponent(JSON.stringify([argument]))
  // Type names come from data: what Markdown could read in them is escaped.
  const safe = oneLine(label, 50).replaceAll(/[\\`*_{}[\]()#+\-.!|<>&~]/g, '\\$&')
  return `[${safe}](command:${command}?${target})${key ? ` \`${key}\`` : ''}`
}

const piecesOf = async (
  { main }: AnnotatedDocument,
  text: string,
  predictor: Predictor,
): Promise<readonly string[]> => {
  if (!main || text.length > 200) return []
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), piecesMs)
  })
  const asked = predictor
    .ask<'pieces'>({ type: 'pieces', model: main.model.folder, text })
    .then(({ pieces }) => pieces)
    .catch(() => [])
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
  }
}
