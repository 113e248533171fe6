import * as vscode from 'vscode'
import { type DisplaySpan, doubt } from '../../core/annotation/displaySpans.ts'
import type { AnnotatedDocument } from './annotatedDocument.ts'
import { problemText } from './hoverText.ts'

/** VS Code shows no more of one file; the most doubtful ones are they. */
export const mostProblems = 500

/** Doubtful spans and disagreements as diagnostics, so that F8 walks them. */
export const problemsOf = (
  annotated: AnnotatedDocument,
  spans: readonly DisplaySpan[],
): vscode.Diagnostic[] => {
  const main = annotated.main?.model.name ?? 'the run'
  const other = annotated.other?.model.name ?? 'the other run'
  return spans
    .map((span) => ({ span, doubt: doubt(span) }))
    .filter(({ doubt: much }) => much > 0)
    .sort((a, b) => b.doubt - a.doubt)
    .slice(0, mostProblems)
    .sort((a, b) => a.span.start - b.span.start)
    .map(({ span }) => {
      const text = problemText(span, annotated.slice(span), main, other)
      const warns = span.look === 'gold' || span.look === 'unreviewed' || span.other !== undefined
      const problem = new vscode.Diagnostic(
        annotated.range(span),
        text,
        warns ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Information,
      )
      problem.source = 'Headway'
      problem.code = codeOf(span)
      return problem
    })
}

const codeOf = (span: DisplaySpan): string => {
  if (span.against) return 'labels disagree'
  if (span.look === 'gold') return 'disagrees with gold'
  if (span.look === 'unreviewed') return 'not reviewed'
  return span.other === undefined ? 'doubtful' : 'runs disagree'
}
