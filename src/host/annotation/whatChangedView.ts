import path from 'node:path'
import * as vscode from 'vscode'
import { sentencesWithLabels } from '../../core/annotation/correctedSentences.ts'
import { TextLines } from '../../core/annotation/textLines.ts'
import { type Change, type ChangedSpan, whatChanged } from '../../core/annotation/whatChanged.ts'
import { Disposables } from '../disposables.ts'
import type { Annotator } from './annotator.ts'
import { askSentences } from './askSentences.ts'
import type { ChosenModel } from './chooseModel.ts'
import { oneLine } from './hoverText.ts'
import { labelledFiles } from './labelledFiles.ts'
import { rest } from './rest.ts'

const scheme = 'headway-changes'

interface Found extends ChangedSpan {
  readonly file: vscode.Uri
  readonly place: string
  readonly line: number
}

interface Link {
  readonly line: number
  readonly length: number
  readonly target: vscode.Uri
}

interface Page {
  readonly text: string
  readonly links: readonly Link[]
}

/** *What Changed*: the spans that people judged, by what two models make of them. A page of plain text. */
export class WhatChangedView implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly pages = new Map<string, Page>()
  private readonly changed = this.disposables.track(new vscode.EventEmitter<vscode.Uri>())

  constructor(private readonly annotator: Annotator) {
    const track = this.disposables.track.bind(this.disposables)
    track(
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: (uri) => this.pages.get(uri.path)?.text ?? '',
      }),
    )
    const provideDocumentLinks = ({ uri }: vscode.TextDocument) =>
      (this.pages.get(uri.path)?.links ?? []).map(
        ({ line, length, target }) =>
          new vscode.DocumentLink(new vscode.Range(line, 2, line, 2 + length), target),
      )
    track(vscode.languages.registerDocumentLinkProvider({ scheme }, { provideDocumentLinks }))
  }

  async show(before: ChosenModel, after: ChosenModel): Promise<void> {
    const found = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: 'Headway: comparing the two models' },
      () => this.compare(before, after),
    )
    const uri = vscode.Uri.from({ scheme, path: `/${before.name} to ${after.name}.txt` })
    this.pages.set(uri.path, pageOf(before, after, found))
    // Shown before, its text may be another one now.
    this.changed.fire(uri)
    const document = await vscode.workspace.openTextDocument(uri)
    await vscode.window.showTextDocument(document, { preview: false })
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private async compare(before: ChosenModel, after: ChosenModel): Promise<Found[]> {
    const { predictor, open } = this.annotator
    predictor.forget(after.folder)
    const found: Found[] = []
    for (const { folder, file, text, annotations } of labelledFiles(open)) {
      const sentences = sentencesWithLabels(text, annotations)
      const was = await askSentences(predictor, before.folder, text, sentences)
      const is = await askSentences(predictor, after.folder, text, sentences)
      const lines = new TextLines(text.split('\n'))
      for (const changed of whatChanged(annotations, was.flat(), is.flat())) {
        const line = lines.lineAt(changed.annotation.start) + 1
        const full = vscode.Uri.file(path.join(folder, ...file.split('/')))
        found.push({ ...changed, file: full, place: `${file}:${line}`, line })
      }
      await rest()
    }
    return found
  }
}

const pageOf = (before: ChosenModel, after: ChosenModel, found: readonly Found[]): Page => {
  const lines = [
    `What changed from ${before.name} to ${after.name}`,
    ...[before, after].map(({ name, description }) => `  ${name}: ${description ?? ''}`),
    '',
  ]
  const links: Link[] = []
  const titles: Record<Change, string> = {
    fixed: 'Right now, wrong before',
    broken: 'Wrong now, right before',
    'still wrong': 'Wrong with both',
    'still right': 'Right with both',
  }
  for (const change of ['fixed', 'broken', 'still wrong', 'still right'] as const) {
    const spans = found.filter((each) => each.change === change)
    lines.push(`${titles[change]}: ${spans.length}`)
    if (change === 'still right') continue
    for (const span of spans) {
      const { annotation, place } = span
      links.push({
        line: lines.length,
        length: place.length,
        target: span.file.with({ fragment: `L${span.line}` }),
      })
      lines.push(
        `  ${place}  ‘${oneLine(annotation.text, 60)}’ is ${annotation.status === 'gold' ? annotation.type : `no ${annotation.type}`}: was ${span.before ?? 'no entity'}, now ${span.after ?? 'no entity'}`,
      )
    }
    lines.push('')
  }
  return { text: `${lines.join('\n')}\n`, links }
}
