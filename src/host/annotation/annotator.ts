import * as vscode from 'vscode'
import type { Annotation } from '../../core/annotation/annotation.ts'
import {
  annotationsFolder,
  hasAnnotations,
  moveAnnotations,
} from '../../core/annotation/annotationStore.ts'
import { messageOf } from '../../core/errors.ts'
import { reportErrors } from '../commands/runControl.ts'
import { Disposables } from '../disposables.ts'
import { plainText } from '../plainText.ts'
import { AnnotatedDocument } from './annotatedDocument.ts'
import type { AnnotationContext } from './annotation.ts'
import { placeOf, refusal } from './annotationPlace.ts'
import { showProgress } from './annotationProgress.ts'
import {
  type ChosenModel,
  chooseModel,
  finishedRuns,
  modelInFolder,
  remembered,
  requireHead,
} from './chooseModel.ts'
import { type AnnotationCommandId, annotationCommandIds as ids } from './commandIds.ts'
import { Drawing } from './drawing.ts'
import { FileCommands } from './fileCommands.ts'
import { IgnoredWords } from './ignoredWords.ts'
import { MovedLabels } from './movedLabels.ts'
import { OtherHeads } from './otherHeads.ts'
import { SentenceCaches } from './predictionWork.ts'
import { Predictor } from './predictor.ts'
import { quickFixes } from './quickFixes.ts'
import { Retraining } from './retraining.ts'
import { SpanCommands } from './spanCommands.ts'
import { spanHover } from './spanHover.ts'
import { TryRun } from './tryRun.ts'

const rememberedModel = 'headway.annotation.model'
const rememberedOther = 'headway.annotation.compareWith'
/** Where all of a file's lines are predicted without being asked about it. */
const smallText = 1_000_000
/** A class for each word: only what is on screen, where there are many of them. */
const manyWords = 200_000

type Handler = (...args: unknown[]) => Promise<void> | void

/** All that annotates, once somebody does: open files with labels, the prediction server, commands. */
export class Annotator implements vscode.Disposable {
  readonly tryRun: TryRun
  readonly predictor: Predictor
  private readonly disposables = new Disposables()
  private readonly caches = new SentenceCaches()
  private readonly documents = new Map<string, AnnotatedDocument>()
  private readonly drawing: Drawing
  private readonly ignored: IgnoredWords
  private readonly moved = new MovedLabels()
  /** Annotated files that are being renamed: VS Code closes them before it tells. */
  private moving: { readonly uri: vscode.Uri; readonly model: ChosenModel | undefined }[] = []
  private readonly handlers: Record<AnnotationCommandId, Handler>

  constructor(private readonly context: AnnotationContext) {
    const track = this.disposables.track.bind(this.disposables)
    const { extension, log, workspaceRuns } = context
    const dist = vscode.Uri.joinPath(extension.extensionUri, 'dist').fsPath
    this.predictor = track(new Predictor(dist, log))
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath)
    this.ignored = new IgnoredWords(folders)
    this.drawing = track(new Drawing((document) => this.documents.get(document.uri.toString())))
    this.tryRun = track(new TryRun(workspaceRuns, this.predictor))
    const others = track(new OtherHeads(workspaceRuns, this.predictor, extension.workspaceState))
    const spans = track(new SpanCommands(this, this.drawing, this.ignored))
    const files = new FileCommands(this)
    const retraining = track(new Retraining(context, this))
    this.handlers = {
      [ids.annotateFile]: (file) => this.annotateFile(file, false),
      [ids.annotateWith]: (file, folder) => this.annotateFile(file, true, folder),
      [ids.annotatePos]: (file) => this.annotatePos(file),
      [ids.stopAnnotating]: () => this.stop(),
      [ids.compareInText]: () => this.compare(),
      [ids.filterEntities]: () => this.drawing.filter(),
      ...spans.handlers(),
      ...files.handlers(),
      ...retraining.handlers(),
      ...others.handlers(),
      [ids.tryRun]: (file, folder) => this.tryRun.run(file, folder),
    }
    this.listen()
  }

  /** A command of the palette, a key, a hover. */
  run(id: AnnotationCommandId, args: readonly unknown[]): Promise<void> {
    return reportErrors(async () => this.handlers[id](...args))
  }

  get open(): readonly AnnotatedDocument[] {
    return [...this.documents.values()]
  }

  /** The annotated file in the active editor. */
  get active(): { editor: vscode.TextEditor; annotated: AnnotatedDocument } | undefined {
    const editor = vscode.window.activeTextEditor
    const annotated = editor && this.documents.get(editor.document.uri.toString())
    return editor && annotated ? { editor, annotated } : undefined
  }

  /** By a URI's text. */
  find(uri: string): AnnotatedDocument | undefined {
    return this.documents.get(uri)
  }

  /** Opens a file's labels; with a model, its predictions too. */
  async annotate(document: vscode.TextDocument, model?: ChosenModel): Promise<AnnotatedDocument> {
    const annotated = this.ensure(document)
    if (!model) return annotated
    const facts = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: `Headway: loading ${model.name}` },
      () => this.predictor.load(model.folder),
    )
    requireHead('token', facts.head, model)
    annotated.setModel('main', model, facts)
    const length = annotated.text.length
    const work = annotated.main?.work
    if (work) work.wholeText = facts.tags === 'spans' || length <= manyWords
    if (work?.wholeText && length > smallText) void showProgress(annotated, model)
    return annotated
  }

  /** Files and folders that are renamed within VS Code take their labels along. */
  async renamed(
    files: readonly { readonly oldUri: vscode.Uri; readonly newUri: vscode.Uri }[],
  ): Promise<void> {
    for (const { oldUri, newUri } of files) {
      const from = placeOf(oldUri)
      const to = placeOf(newUri)
      if (!from) continue
      const moving = this.moving.filter(({ uri }) => isWithin(uri, oldUri))
      if (to) {
        try {
          moveAnnotations(from, to)
        } catch (error) {
          this.warn(messageOf(error))
        }
      } else if (hasAnnotations(from)) {
        this.warn(
          `${newUri.fsPath} is outside of the workspace: its labels stay in .headway/annotations as those of ${from.file}.`,
        )
      }
      for (const { uri, model } of moving) {
        const moved = newUri.with({ path: newUri.path + uri.path.slice(oldUri.path.length) })
        await this.annotate(await vscode.workspace.openTextDocument(moved), model)
      }
    }
    this.moving = []
  }

  warn(message: string): void {
    this.context.log.warn(message)
    void vscode.window.showWarningMessage(plainText(message))
  }

  dispose(): void {
    for (const annotated of this.documents.values()) annotated.dispose()
    this.documents.clear()
    this.disposables.dispose()
  }

  /** @param folder of the model to take, where it is known already */
  private async annotateFile(file: unknown, ask: boolean, folder?: unknown): Promise<void> {
    const document = await documentOf(file)
    if (!document) return
    const why = refusal(document)
    if (why) {
      this.warn(why)
      return
    }
    const model =
      typeof folder === 'string' ? await this.modelOfRun(folder) : await this.modelFor(ask)
    // Labelling by hand needs no model.
    const annotated = await this.annotate(document, model)
    void reportErrors(() => this.moved.offer(annotated))
    if (!model) return
    await this.context.extension.workspaceState.update(rememberedModel, model)
  }

  /** The one used last, as long as it is there; the only one there is; or the user's choice. */
  private async modelFor(ask: boolean): Promise<ChosenModel | undefined> {
    const { workspaceRuns, extension } = this.context
    const last = remembered(extension.workspaceState, rememberedModel)
    if (!ask && last && (await exists(last.folder))) return last
    const runs = await finishedRuns(workspaceRuns, ['token'])
    if (!ask && runs.length === 1) return runs[0]?.model
    return chooseModel(workspaceRuns, ['token'], 'Annotate with which run?')
  }

  private async modelOfRun(folder: string): Promise<ChosenModel> {
    const runs = await finishedRuns(this.context.workspaceRuns, ['token'])
    return runs.find(({ model }) => model.folder === folder)?.model ?? modelInFolder(folder)
  }

  private async annotatePos(file: unknown): Promise<void> {
    const document = await documentOf(file)
    const isPos = (tags: readonly string[]) => !tags.some((tag) => /^[BIES]-/.test(tag))
    const model =
      document &&
      (await chooseModel(
        this.context.workspaceRuns,
        ['token'],
        'Tag the words with which run?',
        (run) => isPos(run.state.record.labels),
      ))
    if (document && model) await this.annotate(document, model)
  }

  private stop(): void {
    const { active } = this
    if (!active) return
    this.close(active.annotated)
  }

  private async compare(): Promise<void> {
    const { active } = this
    if (!active) return
    const none: ChosenModel = { folder: '', name: '' }
    const { annotated } = active
    const model = annotated.other
      ? none
      : await chooseModel(this.context.workspaceRuns, ['token'], 'Compare with which other run?')
    if (!model) return
    if (model === none) {
      annotated.setModel('other', undefined)
      return
    }
    const facts = await this.predictor.load(model.folder)
    requireHead('token', facts.head, model)
    annotated.setModel('other', model, facts)
    await this.context.extension.workspaceState.update(rememberedOther, model)
  }

  private ensure(
    document: vscode.TextDocument,
    adopted: readonly Annotation[] = [],
  ): AnnotatedDocument {
    const key = document.uri.toString()
    const known = this.documents.get(key)
    if (known) return known
    const settings = {
      get threshold() {
        return (
          vscode.workspace.getConfiguration('headway').get<number>('annotation.doubtBelow') ?? 0.8
        )
      },
      isIgnored: (text: string) => this.ignored.has(text),
    }
    const annotated = new AnnotatedDocument(
      document,
      this.predictor,
      this.caches,
      settings,
      {
        visible: () => visibleLines(document),
        warn: (message) => this.warn(message),
        failed: (error) => void reportErrors(async () => Promise.reject(error)),
      },
      adopted,
    )
    this.documents.set(key, annotated)
    this.drawing.add(annotated)
    return annotated
  }

  private close(annotated: AnnotatedDocument): void {
    this.documents.delete(annotated.document.uri.toString())
    annotated.dispose()
    this.drawing.remove(annotated)
  }

  private listen(): void {
    const track = this.disposables.track.bind(this.disposables)
    const find = (document: vscode.TextDocument) => this.documents.get(document.uri.toString())
    track(vscode.workspace.onDidChangeTextDocument((event) => find(event.document)?.edit(event)))
    track(vscode.workspace.onDidSaveTextDocument((document) => find(document)?.saved()))
    track(vscode.workspace.onWillRenameFiles(({ files }) => this.willRename(files)))
    track(
      vscode.workspace.onDidCloseTextDocument((document) => {
        const annotated = find(document)
        if (annotated) this.close(annotated)
      }),
    )
    track(vscode.workspace.onDidOpenTextDocument((document) => this.adopt(document)))
    track(
      vscode.languages.registerHoverProvider(
        { pattern: '**' },
        { provideHover: (document, position) => this.hover(document, position) },
      ),
    )
    track(
      vscode.languages.registerCodeActionsProvider(
        { pattern: '**' },
        {
          provideCodeActions: (document, range, { diagnostics }) => {
            const annotated = find(document)
            return annotated ? quickFixes(annotated, range, diagnostics) : []
          },
        },
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
      ),
    )
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) this.watch(uri.fsPath)
  }

  private willRename(files: readonly { readonly oldUri: vscode.Uri }[]): void {
    for (const annotated of this.open) {
      const { uri } = annotated.document
      if (!files.some(({ oldUri }) => isWithin(uri, oldUri))) continue
      this.moving.push({ uri, model: annotated.main?.model })
      // Left open under its old name it would write its labels there again.
      this.close(annotated)
    }
  }

  /** Labels that another window, or git, changed. */
  private watch(folder: string): void {
    const pattern = new vscode.RelativePattern(
      vscode.Uri.file(annotationsFolder(folder)),
      '**/*.jsonl',
    )
    const watcher = this.disposables.track(vscode.workspace.createFileSystemWatcher(pattern))
    const changed = () => {
      for (const annotated of this.documents.values()) annotated.takeOver()
    }
    this.disposables.track(watcher.onDidChange(changed))
    this.disposables.track(watcher.onDidCreate(changed))
  }

  /** An untitled file that was saved is another document: its labels go with it. */
  private adopt(document: vscode.TextDocument): void {
    if (document.uri.scheme !== 'file') return
    for (const annotated of this.documents.values()) {
      if (annotated.canKeep || annotated.labels.records.length === 0) continue
      if (annotated.document.getText() !== document.getText()) continue
      const adopted = this.ensure(document, annotated.labels.records)
      const { main } = annotated
      if (main) adopted.setModel('main', main.model, main.facts)
    }
  }

  private async hover(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    const annotated = this.documents.get(document.uri.toString())
    const offset = annotated?.text.offsetAt(position) ?? 0
    const span = annotated
      ?.spansAt({ start: offset, end: offset })
      .sort((a, b) => a.end - a.start - (b.end - b.start))[0]
    return annotated && span ? spanHover(annotated, span, this.predictor) : undefined
  }
}

const visibleLines = (document: vscode.TextDocument) =>
  vscode.window.visibleTextEditors
    .filter((editor) => editor.document === document)
    .sort((a) => (a === vscode.window.activeTextEditor ? -1 : 1))
    .flatMap(({ visibleRanges }) =>
      visibleRanges.map(({ start, end }) => ({ first: start.line, end: end.line + 1 })),
    )

const documentOf = async (file: unknown): Promise<vscode.TextDocument | undefined> => {
  if (!(file instanceof vscode.Uri)) return vscode.window.activeTextEditor?.document
  const document = await vscode.workspace.openTextDocument(file)
  await vscode.window.showTextDocument(document, { preview: false })
  return document
}

const isWithin = ({ scheme, path }: vscode.Uri, outer: vscode.Uri): boolean =>
  scheme === outer.scheme && (path === outer.path || path.startsWith(`${outer.path}/`))

const exists = async (folder: string): Promise<boolean> => {
  try {
    await vscode.workspace.fs.stat(vscode.Uri.file(folder))
    return true
  } catch {
    return false
  }
}
