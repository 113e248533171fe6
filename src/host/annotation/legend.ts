import * as vscode from 'vscode'
import { annotationCommandIds as ids } from './commandIds.ts'
import { oneLine } from './hoverText.ts'
import { foreground } from './spanColors.ts'
import type { FileSummary } from './summary.ts'

/** Types with an item of their own; the others share one. */
const mostItems = 6

/** The status bar's legend: each type in its colour with its count, the run, and the review's keys. */
export class Legend implements vscode.Disposable {
  private readonly types: vscode.StatusBarItem[] = []
  private readonly run = item('headway.annotation', 'Headway: Annotation', 20)

  private shown: readonly [FileSummary, boolean] | undefined

  show(summary: FileSummary, reviewing: boolean): void {
    // Each change of an item is a message to the window, also where it changes nothing.
    if (this.shown?.[0] === summary && this.shown[1] === reviewing) return
    this.shown = [summary, reviewing]
    const counts = [...summary.counts].filter(([, { count }]) => count > 0)
    const shown = counts.slice(0, mostItems)
    for (let at = 0; at < Math.max(shown.length, this.types.length); at++) {
      this.types[at] ??= item(`headway.legend${at}`, `Headway: Legend ${at + 1}`, 40 - at)
      const bar = this.types[at]
      const [type, counted] = shown[at] ?? []
      if (!bar) continue
      if (type === undefined || counted === undefined) {
        bar.hide()
        continue
      }
      const rest = at === mostItems - 1 ? counts.length - mostItems : 0
      bar.text = `■ ${oneLine(type, 12)} ${counted.count}${rest > 0 ? ` +${rest}` : ''}`
      bar.color = new vscode.ThemeColor(foreground(counted.color))
      bar.tooltip = `${oneLine(type)}: ${counted.count} spans, ${counted.gold} of them gold`
      bar.command = ids.nextDoubtful
      bar.show()
    }
    this.run.text = reviewing ? reviewText(summary) : runText(summary)
    this.run.tooltip = reviewing
      ? 'Review mode: a accept · r reject · 1–9 type · n next · u undo · Esc leaves'
      : `${summary.reviewed} of ${summary.total} spans reviewed, ${summary.doubtful} doubtful. Click to choose another run.`
    this.run.command = reviewing ? ids.leaveReview : ids.annotateWith
    this.run.backgroundColor = reviewing
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined
    this.run.show()
  }

  hide(): void {
    if (!this.shown) return
    this.shown = undefined
    for (const each of [...this.types, this.run]) each.hide()
  }

  dispose(): void {
    for (const each of [...this.types, this.run]) each.dispose()
  }
}

const item = (id: string, name: string, priority: number): vscode.StatusBarItem => {
  const made = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Right, priority)
  made.name = name
  return made
}

const runText = ({ run, ms }: FileSummary): string =>
  `Headway: ${run ?? 'labels only'}${ms === undefined ? '' : ` · ${Math.round(ms)} ms`}`

const reviewText = ({ counts, doubtful }: FileSummary): string => {
  const types = [...counts.keys()].slice(0, 9).map((type, at) => `${at + 1} ${oneLine(type, 8)}`)
  return `Review · ${doubtful} doubtful · a accept · r reject · ${types.join(' · ')} · n next · u undo · Esc`
}
