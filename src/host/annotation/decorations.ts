import * as vscode from 'vscode'
import type { DisplaySpan, SpanLook } from '../../core/annotation/displaySpans.ts'
import { Disposables } from '../disposables.ts'
import type { AnnotatedDocument } from './annotatedDocument.ts'
import { background, colorsOf, foreground } from './spanColors.ts'

/** Lines beside those on screen that are drawn with them, so that scrolling shows no bare text. */
const margin = 60
/** More marks than a ruler has pixels say nothing more. */
const mostMarks = 1500

export type TypeNames = 'off' | 'hover' | 'always'

/** Certain: a calm underline. Doubtful: dashed, with a question mark. Gold: a double line. */
const looks: Record<SpanLook, { line: string; width: string; filled: boolean; faint: boolean }> = {
  certain: { line: 'solid', width: '0 0 2px 0', filled: true, faint: false },
  doubtful: { line: 'dashed', width: '0 0 2px 0', filled: false, faint: false },
  gold: { line: 'double', width: '0 0 4px 0', filled: true, faint: false },
  unreviewed: { line: 'dotted', width: '0 0 2px 0', filled: false, faint: false },
  rejected: { line: 'dotted', width: '0 0 1px 0', filled: false, faint: true },
}

/** By decoration type, what it looks like; an edit moves what is drawn, and may take it away. */
type Drawn = WeakMap<vscode.TextEditor, ReadonlyMap<string, string>>

/** Draws spans into editors. Only what is near the screen is drawn; VS Code moves it with the text. */
export class SpanDecorations implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly types = new Map<string, vscode.TextEditorDecorationType>()
  /** What is drawn in each editor: what falls away must be taken off, what is there is not sent again. */
  private readonly drawn: Drawn = new WeakMap()
  private readonly marked: Drawn = new WeakMap()

  draw(editor: vscode.TextEditor, annotated: AnnotatedDocument, names: TypeNames): void {
    const colors = colorsOf(annotated.types)
    const byType = new Map<string, vscode.DecorationOptions[]>()
    const cursor = editor.selection.active.line
    for (const { start, end } of editor.visibleRanges) {
      for (const span of annotated.display(start.line - margin, end.line + margin + 1)) {
        const range = annotated.range(span)
        const named = names === 'always' || (names === 'hover' && range.start.line === cursor)
        const key = `${span.look} ${colors.get(span.type) ?? 1}`
        const options = byType.get(key) ?? []
        options.push(decorate(range, span, named && span.look !== 'rejected'))
        byType.set(key, options)
      }
    }
    this.apply(editor, byType, this.drawn, (key) => this.spanType(key))
  }

  /** Marks in the overview ruler, of the whole text; adjoining lines of one type are one mark. */
  mark(editor: vscode.TextEditor, annotated: AnnotatedDocument, all: readonly DisplaySpan[]): void {
    const colors = colorsOf(annotated.types)
    const lines = Math.max(1, Math.ceil(annotated.text.lineCount / mostMarks))
    const byType = new Map<string, Map<number, vscode.DecorationOptions>>()
    for (const span of all) {
      if (span.look === 'rejected') continue
      const key = String(colors.get(span.type) ?? 1)
      const block = Math.floor(annotated.text.lineAt(span.start) / lines)
      const marks = byType.get(key) ?? new Map<number, vscode.DecorationOptions>()
      if (!marks.has(block)) marks.set(block, { range: annotated.range(span) })
      byType.set(key, marks)
    }
    const options = new Map([...byType].map(([key, marks]) => [key, [...marks.values()]]))
    this.apply(editor, options, this.marked, (key) => this.rulerType(key))
  }

  clear(editor: vscode.TextEditor): void {
    this.apply(editor, new Map(), this.drawn, (key) => this.spanType(key))
    this.apply(editor, new Map(), this.marked, (key) => this.rulerType(key))
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private apply(
    editor: vscode.TextEditor,
    byType: ReadonlyMap<string, vscode.DecorationOptions[]>,
    drawn: Drawn,
    typeOf: (key: string) => vscode.TextEditorDecorationType,
  ): void {
    const before = drawn.get(editor) ?? new Map<string, string>()
    const now = new Map<string, string>()
    for (const [key, options] of byType) {
      const looks = `${editor.document.version}${options.map(looksOf).join('')}`
      now.set(key, looks)
      if (before.get(key) !== looks) editor.setDecorations(typeOf(key), options)
    }
    for (const key of before.keys()) if (!now.has(key)) editor.setDecorations(typeOf(key), [])
    drawn.set(editor, now)
  }

  private spanType(key: string): vscode.TextEditorDecorationType {
    return this.cached(`span ${key}`, () => {
      const [look = 'certain', color = '1'] = key.split(' ')
      const { line, width, filled, faint } = looks[look as SpanLook]
      const entity = new vscode.ThemeColor(foreground(Number(color)))
      return vscode.window.createTextEditorDecorationType({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        borderStyle: line,
        borderWidth: width,
        borderColor: entity,
        ...(filled ? { backgroundColor: new vscode.ThemeColor(background(Number(color))) } : {}),
        ...(faint ? { opacity: '0.65' } : {}),
        after: {
          color: new vscode.ThemeColor('editorCodeLens.foreground'),
          margin: '0 0 0 3px',
          textDecoration: 'none; font-size: 0.75em; vertical-align: baseline',
        },
      })
    })
  }

  private rulerType(key: string): vscode.TextEditorDecorationType {
    return this.cached(`ruler ${key}`, () =>
      vscode.window.createTextEditorDecorationType({
        overviewRulerColor: new vscode.ThemeColor(foreground(Number(key))),
        overviewRulerLane: vscode.OverviewRulerLane.Right,
      }),
    )
  }

  private cached(
    key: string,
    make: () => vscode.TextEditorDecorationType,
  ): vscode.TextEditorDecorationType {
    let type = this.types.get(key)
    if (!type) {
      type = this.disposables.track(make())
      this.types.set(key, type)
    }
    return type
  }
}

const looksOf = ({ range, renderOptions }: vscode.DecorationOptions): string => {
  const { start, end } = range
  const text = renderOptions?.after?.contentText ?? ''
  return `|${start.line}:${start.character} ${end.line}:${end.character} ${text}`
}

const decorate = (
  range: vscode.Range,
  span: DisplaySpan,
  named: boolean,
): vscode.DecorationOptions => {
  const asks = span.look === 'doubtful' || span.look === 'unreviewed' || span.contested === true
  const text = `${named ? span.type : ''}${asks ? `${named ? ' ' : ''}?` : ''}`
  return text === '' ? { range } : { range, renderOptions: { after: { contentText: text } } }
}
