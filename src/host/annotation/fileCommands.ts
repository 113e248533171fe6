import fs from 'node:fs'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import * as vscode from 'vscode'
import { type Annotation, contextLength } from '../../core/annotation/annotation.ts'
import { parsing } from '../../core/annotation/annotationFile.ts'
import { alignDocument, visibleText } from '../../core/annotation/formats/alignDocument.ts'
import {
  type AnnotationFormat,
  annotationFormats,
  formatFacts,
  goldDocument,
  readAnnotationFormat,
  writeAnnotationFormat,
} from '../../core/annotation/formats/annotationFormats.ts'
import { broughtUpToDate } from '../../core/annotation/labelledText.ts'
import { type Conflict, mergeAnnotators } from '../../core/annotation/mergeAnnotators.ts'
import { refinding } from '../../core/annotation/refind.ts'
import { InputError } from '../../core/errors.ts'
import { inPieces } from '../../core/pieces.ts'
import { plainText } from '../plainText.ts'
import { type AnnotatedDocument, annotator, newId } from './annotatedDocument.ts'
import type { Annotator } from './annotator.ts'
import { annotationCommandIds as ids } from './commandIds.ts'
import { count, namesOf } from './labelStorage.ts'

/** Labels to other programs, from them, and from another annotator. */
export class FileCommands {
  constructor(private readonly annotator: Annotator) {}

  handlers() {
    return {
      [ids.exportAnnotations]: (named?: unknown) => this.export(named),
      [ids.importAnnotations]: (named?: unknown) => this.import(named),
      [ids.mergeAnnotations]: (named?: unknown) => this.merge(named),
    }
  }

  private async export(argument?: unknown): Promise<void> {
    const annotated = this.required()
    const named = argumentsOf(argument)
    const format = named.format ?? (await pickFormat('Export this file’s gold labels as…'))
    if (!format) return
    const document = goldDocument(annotated.text.toString(), annotated.labels.annotations)
    const text = writeAnnotationFormat(format, [document])
    const { extension } = formatFacts[format]
    const name = annotated.document.uri.fsPath.replace(/\.[^./\\]*$/, '')
    const file =
      named.file ??
      (await vscode.window.showSaveDialog({
        defaultUri: vscode.Uri.file(`${name}.${extension}`),
        filters: { [formatFacts[format].label]: [extension] },
      }))
    if (!file) return
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text))
    const count = document.spans.length
    void vscode.window.showInformationMessage(
      plainText(
        `${count} gold ${count === 1 ? 'span' : 'spans'} exported to ${path.basename(file.fsPath)}.`,
      ),
    )
  }

  private async import(argument?: unknown): Promise<void> {
    const annotated = this.required()
    const named = argumentsOf(argument)
    const format = named.format ?? (await pickFormat('Labels of this file in which format?'))
    const file = format && (named.file ?? (await chooseFile({ title: 'Import labels' })))
    if (!format || !file) return
    const text = annotated.text.toString()
    const content = fs.readFileSync(file.fsPath, 'utf8').replace(/^\ufeff/, '')
    const documents = readAnnotationFormat(format, content, file.fsPath, text)
    const visible = visibleText(text)
    let from = 0
    let missed = 0
    const found: Annotation[] = []
    for (const document of documents) {
      const aligned = alignDocument(visible, document, from) ?? alignDocument(visible, document, 0)
      if (!aligned) {
        missed++
        continue
      }
      from = aligned.next
      for (const span of aligned.spans) {
        found.push({
          ...span,
          id: newId(),
          text: annotated.slice(span),
          status: 'gold',
          by: annotator(),
          at: Date.now(),
          ...annotated.text.around(span.start, span.end, contextLength),
        })
      }
    }
    if (found.length === 0 && missed > 0) {
      throw new InputError(
        `${file.fsPath} has labels of another text: open the text that they belong to.`,
      )
    }
    const { added, conflicts } = mergeAnnotators(annotated.labels.records, found)
    annotated.addForeign(`import ${count(added.length, 'label')}`, added)
    tell({ added, conflicts, missed })
  }

  private async merge(argument?: unknown): Promise<void> {
    const annotated = this.required()
    const file =
      argumentsOf(argument).file ??
      (await chooseFile({
        title: 'Another annotator’s labels of this file',
        filters: { 'Headway’s labels': ['jsonl'] },
      }))
    if (!file) return
    const read = fs.readFileSync(file.fsPath, 'utf8')
    const { annotations, damaged } = await inPieces(parsing(read), nextTurn)
    if (annotations.length === 0) {
      throw new InputError(`${file.fsPath} has no labels: choose a file of .headway/annotations.`)
    }
    const kept = annotations.filter(({ status }) => status !== 'removed')
    const removed = annotations.filter(({ status }) => status === 'removed')
    const snapshot = annotated.labels.snapshot()
    const placed = await inPieces(refinding(snapshot.text.toString(), kept), nextTurn)
    annotated.labels.release(snapshot)
    const found = broughtUpToDate(snapshot, placed.found)
    const merged = mergeAnnotators(annotated.labels.records, [...found, ...removed])
    annotated.addForeign(`merge ${count(merged.added.length, 'label')}`, merged.added)
    tell({ ...merged, missed: placed.lost.length + damaged.length })
  }

  private required(): AnnotatedDocument {
    const annotated = this.annotator.active?.annotated
    if (annotated) return annotated
    throw new InputError('Annotate This File first: this needs the text that the labels belong to.')
  }
}

/** What a key binding or another extension names, so that nobody is asked for it. */
const argumentsOf = (
  argument: unknown,
): { readonly format?: AnnotationFormat; readonly file?: vscode.Uri } => {
  if (typeof argument !== 'object' || argument === null) return {}
  const { format, file } = argument as Record<string, unknown>
  const known = annotationFormats.find((each) => each === format)
  return {
    ...(known === undefined ? {} : { format: known }),
    ...(file instanceof vscode.Uri ? { file } : {}),
  }
}

const chooseFile = async (options: vscode.OpenDialogOptions): Promise<vscode.Uri | undefined> =>
  (await vscode.window.showOpenDialog(options))?.[0]

const pickFormat = async (placeHolder: string): Promise<AnnotationFormat | undefined> => {
  const items = annotationFormats.map((format) => ({ ...formatFacts[format], format }))
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.format
}

interface Taken {
  readonly added: readonly Annotation[]
  readonly conflicts: readonly Conflict[]
  readonly takenBack?: readonly Annotation[]
  readonly missed: number
}

const tell = ({ added, conflicts, takenBack = [], missed }: Taken): void => {
  const parts = [
    `${count(added.length, 'label')} added`,
    conflicts.length > 0
      ? `${conflicts.length} of them in conflict with yours: they are warnings in Problems`
      : '',
    takenBack.length > 0
      ? `${takenBack.length} of yours were taken back there and stay here: ${namesOf(takenBack)}`
      : '',
    missed > 0 ? `${missed} had no place in this text` : '',
  ]
  void vscode.window.showInformationMessage(plainText(`${parts.filter(Boolean).join('; ')}.`))
}
