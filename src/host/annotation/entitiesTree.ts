import * as vscode from 'vscode'
import type { DisplaySpan } from '../../core/annotation/displaySpans.ts'
import type { AnnotatedDocument } from './annotatedDocument.ts'
import { annotationCommandIds as ids } from './commandIds.ts'
import { oneLine } from './hoverText.ts'
import { foreground } from './spanColors.ts'
import { refOf } from './spanRef.ts'
import type { FileSummary } from './summary.ts'

export const entitiesViewId = 'headway.entities'

interface TypeNode {
  readonly kind: 'type'
  readonly type: string
  readonly color: number
  readonly mentions: readonly MentionNode[]
}
interface MentionNode {
  readonly kind: 'mention'
  readonly text: string
  readonly spans: readonly DisplaySpan[]
}
interface PlaceNode {
  readonly kind: 'place'
  readonly span: DisplaySpan
}
type Node = TypeNode | MentionNode | PlaceNode

/** *Entities in This File*: by type and mention, with a filter by probability; a click jumps. */
export class EntitiesTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<undefined>()
  readonly onDidChangeTreeData = this.emitter.event
  private readonly view: vscode.TreeView<Node>
  private annotated: AnnotatedDocument | undefined
  private types: readonly TypeNode[] = []
  /** Spans that the model is surer of are left out. */
  private below = Number.POSITIVE_INFINITY

  constructor() {
    this.view = vscode.window.createTreeView(entitiesViewId, {
      treeDataProvider: this,
      showCollapseAll: true,
    })
  }

  show(annotated: AnnotatedDocument, summary: FileSummary): void {
    this.annotated = annotated
    const spans = summary.spans.filter(
      (span) => span.look !== 'rejected' && (span.probability ?? 0) < this.below,
    )
    this.types = group(spans, ({ type }) => type)
      .map(([type, all]) => ({
        kind: 'type' as const,
        type,
        color: summary.counts.get(type)?.color ?? 1,
        mentions: group(all, (span) => annotated.slice(span)).map(([text, found]) => ({
          kind: 'mention' as const,
          text,
          spans: found,
        })),
      }))
      .sort((a, b) => order(summary, a.type) - order(summary, b.type))
    const parts = [
      `${summary.reviewed} of ${summary.total} spans reviewed`,
      summary.doubtful > 0 ? `${summary.doubtful} doubtful (Alt+F8 walks them)` : '',
      Number.isFinite(this.below) ? `shown: probability below ${this.below}` : '',
    ]
    this.view.message = parts.filter(Boolean).join(' · ')
    this.emitter.fire(undefined)
  }

  /** Of a file that is annotated no longer. */
  clear(annotated: AnnotatedDocument): void {
    if (this.annotated !== annotated) return
    this.annotated = undefined
    this.types = []
    this.view.message = ''
    this.emitter.fire(undefined)
  }

  async chooseFilter(): Promise<void> {
    const all = { label: 'All spans', below: Number.POSITIVE_INFINITY }
    const items = [
      all,
      ...[0.99, 0.9, 0.8, 0.6].map((below) => ({ label: `Probability below ${below}`, below })),
    ]
    const choice = await vscode.window.showQuickPick(items, { placeHolder: 'Show which spans?' })
    if (choice) this.below = choice.below
  }

  getChildren(parent?: Node): Node[] {
    if (!parent) return [...this.types]
    if (parent.kind === 'type') return [...parent.mentions]
    if (parent.kind === 'mention' && parent.spans.length > 1) {
      return parent.spans.map((span) => ({ kind: 'place', span }))
    }
    return []
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState
    if (node.kind === 'type') {
      const item = new vscode.TreeItem(oneLine(node.type), Expanded)
      item.id = `type ${node.type}`
      item.description = String(node.mentions.reduce((sum, { spans }) => sum + spans.length, 0))
      item.iconPath = new vscode.ThemeIcon(
        'circle-filled',
        new vscode.ThemeColor(foreground(node.color)),
      )
      return item
    }
    const several = node.kind === 'mention' && node.spans.length > 1
    const span = node.kind === 'mention' ? node.spans[0] : node.span
    const item = new vscode.TreeItem(this.label(node), several ? Collapsed : None)
    item.description = description(node.kind === 'mention' ? node.spans : [node.span])
    if (span && this.annotated) {
      item.command = {
        command: ids.revealSpan,
        title: 'Jump There',
        arguments: [refOf(this.annotated, span)],
      }
    }
    return item
  }

  dispose(): void {
    this.view.dispose()
    this.emitter.dispose()
  }

  private label(node: MentionNode | PlaceNode): string {
    if (node.kind === 'mention') return oneLine(node.text)
    const { annotated } = this
    if (!annotated) return ''
    const { line } = annotated.text.positionAt(node.span.start)
    const text = annotated.text.line(line)
    const from = node.span.start - annotated.text.lineStart(line)
    return `${line + 1}: ${oneLine(text.slice(Math.max(0, from - 20), from + 60))}`
  }
}

const order = ({ counts }: FileSummary, type: string): number => [...counts.keys()].indexOf(type)

const group = <T>(items: readonly T[], keyOf: (item: T) => string): [string, T[]][] => {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const known = groups.get(key)
    if (known) known.push(item)
    else groups.set(key, [item])
  }
  return [...groups]
}

/** `3 · gold`, `2 · 0.54 ?`: how often, and the least sure of them. */
const description = (spans: readonly DisplaySpan[]): string => {
  const gold = spans.every(({ look }) => look === 'gold')
  const asks = spans.some(
    ({ look, contested }) => look === 'doubtful' || look === 'unreviewed' || contested === true,
  )
  const sure = Math.min(...spans.map(({ probability }) => probability ?? 1))
  const what = gold ? 'gold' : sure.toFixed(2)
  return `${spans.length > 1 ? `${spans.length} · ` : ''}${what}${asks ? ' ?' : ''}`
}
