import * as vscode from 'vscode'
import type { Annotation } from '../../core/annotation/annotation.ts'
import { byNearness } from '../../core/annotation/displaySpans.ts'
import type { ModelFacts } from '../../core/protocol/predictions.ts'
import { reportErrors } from '../commands/runControl.ts'
import { Disposables } from '../disposables.ts'
import { plainText } from '../plainText.ts'
import { Playgrounds } from '../playground/playgrounds.ts'
import { AnnotatedDocument } from './annotatedDocument.ts'
import type { AnnotationContext } from './annotation.ts'
import { refusal } from './annotationPlace.ts'
import { showProgress } from './annotationProgress.ts'
import {
  type ChosenModel,
  chooseModel,
  finishedRuns,
  modelAt,
  remembered,
  requireHead,
} from './chooseModel.ts'
import { type AnnotationCommandId, annotationCommandIds as ids } from './commandIds.ts'
import { Drawing } from './drawing.ts'
import { FileCommands } from './fileCommands.ts'
import { IgnoredWords } from './ignoredWords.ts'
import { KeptLabels } from './keptLabels.ts'
import { count, namesOf } from './labelStorage.ts'
import { LabelWatch } from './labelWatch.ts'
import { MovedLabels } from './movedLabels.ts'
import { OtherHeads } from './otherHeads.ts'
import { SentenceCaches } from './predictionWork.ts'
import { Predictor } from './predictor.ts'
import { quickFixes } from './quickFixes.ts'
import { type Renamed, RenamedFiles } from './renamedFiles.ts'
import { Retraining } from './retraining.ts'
import { SpanCommands } from './spanCommands.ts'
import { spanHover } from './spanHover.ts'
import { TryRun } from './tryRun.ts'

const rememberedModel = 'headway.annotation.model'
/** Where all of a file's lines are predicted without being asked about it. */
const smallText = 1_000_000
/** A class for each word: only what is on screen, where there are many of them. */
const manyWords = 200_000

/** What it returns is the command's result. */
type Handler = (...args: unknown[]) => unknown

/** All that annotates, once somebody does: open files with labels, the prediction server, commands. */
export class Annotator implements vscode.Disposable {
  readonly tryRun: TryRun
  readonly predictor: Predictor
  readonly playgrounds: Playgrounds
  private readonly disposables = new Disposables()
  private readonly caches = new SentenceCaches()
  private readonly documents = new Map<string, AnnotatedDocument>()
  private readonly drawing: Drawing
  private readonly ignored: IgnoredWords
  private readonly kept = new KeptLabels()
  private readonly moved = new MovedLabels(this, this.kept)
  private readonly renames = new RenamedFiles(this, this.kept)
  private readonly handlers: Record<AnnotationCommandId, Handler>

  constructor(private readonly context: AnnotationContext) {
    const track = this.disposables.track.bind(this.disposables)
    const { extension, log, workspaceRuns } = context
    const dist = vscode.Uri.joinPath(extension.extensionUri, 'dist').fsPath
    this.predictor = track(new Predictor(dist, log))
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath)
    this.ignored = new IgnoredWords(folders)
    this.drawing = track(
      new Drawing((document) => this.documents.get(document.uri.toString()), log),
    )
    this.tryRun = track(new TryRun(workspaceRuns, this.predictor))
    this.playgrounds = track(
      new Playgrounds(
        extension.extensionUri,
        workspaceRuns,
        this.predictor,
        extension.workspaceState,
      ),
    )
    const others = track(new OtherHeads(workspaceRuns, this.predictor, extension.workspaceState))
    const spans = track(new SpanCommands(this, this.drawing, this.ignored))
    const files = new FileCommands(this)
    const retraining = track(new Retraining(context, this, this.ignored))
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
      [ids.playground]: (...args) => this.playgrounds.open(...args),
    }
    this.listen()
  }

  /** A command of the palette, a key, a hover. */
  run(id: AnnotationCommandId, args: readonly unknown[]): Promise<unknown> {
    return reportErrors(async () => this.handlers[id](...args))
  }

  /** Files whose labels are here; of others the file on disk tells them. */
  get open(): readonly AnnotatedDocument[] {
    return this.all.filter(({ isReady }) => isReady)
  }

  get all(): readonly AnnotatedDocument[] {
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
    await annotated.ready
    if (!model) return annotated
    const facts = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: `Headway: loading ${model.name}` },
      () => this.load(model),
    )
    this.use(annotated, model, facts)
    return annotated
  }

  renamed(files: readonly Renamed[]): Promise<void> {
    return this.renames.did(files)
  }

  closeForRename(annotated: AnnotatedDocument): void {
    annotated.abandon()
    this.close(annotated)
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
    const model = typeof folder === 'string' ? await this.modelIn(folder) : await this.modelFor(ask)
    // Labelling by hand needs no model.
    const annotated = await this.annotate(document, model)
    void reportErrors(() => this.moved.offer(annotated))
    if (!model) return
    await this.context.extension.workspaceState.update(rememberedModel, model)
  }

  private modelIn(folder: string): Promise<ChosenModel> {
    this.predictor.warm()
    return modelAt(this.context.workspaceRuns, ['token'], folder)
  }

  /** The one used last, as long as it is there; the only one there is; or the user's choice. */
  private async modelFor(ask: boolean): Promise<ChosenModel | undefined> {
    const { workspaceRuns, extension } = this.context
    const last = remembered(extension.workspaceState, rememberedModel)
    if (!ask && last && (await exists(last.folder))) return last
    const runs = await finishedRuns(workspaceRuns, ['token'])
    if (runs.length > 0) this.predictor.warm()
    if (!ask && runs.length === 1) return runs[0]?.model
    return chooseModel(workspaceRuns, ['token'], 'Annotate with which run?')
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
    annotated.setModel('other', model, await this.load(model))
  }

  private async load(model: ChosenModel): Promise<ModelFacts> {
    if (this.caches.isOutdated(model.folder)) this.predictor.forget(model.folder)
    const facts = await this.predictor.load(model.folder)
    requireHead('token', facts.head, model)
    return facts
  }

  private use(annotated: AnnotatedDocument, model: ChosenModel, facts: ModelFacts): void {
    annotated.setModel('main', model, facts)
    const { length } = annotated.text
    const work = annotated.main?.work
    if (work) work.wholeText = facts.tags === 'spans' || length <= manyWords
    if (work?.wholeText && length > smallText) void showProgress(annotated, model)
  }

  private ensure(document: vscode.TextDocument): AnnotatedDocument {
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
      this.kept.take(document.uri),
    )
    this.documents.set(key, annotated)
    this.drawing.add(annotated)
    return annotated
  }

  private close(annotated: AnnotatedDocument): void {
    const { document, unwritten } = annotated
    this.documents.delete(document.uri.toString())
    annotated.dispose()
    this.drawing.remove(annotated)
    if (!document.isUntitled || isOpen(document)) this.kept.keep(document.uri, unwritten)
    else if (annotated.adoptedBy.size === 0) this.nameGone(annotated.name, unwritten)
  }

  /** An untitled file that is discarded takes its labels along. */
  private nameGone(name: string, labels: readonly Annotation[]): void {
    const gone = labels.filter(({ status }) => status !== 'removed')
    if (gone.length === 0) return
    this.warn(`${count(gone.length, 'label')} of ${name} went with it: ${namesOf(gone)}.`)
  }

  private listen(): void {
    const track = this.disposables.track.bind(this.disposables)
    const find = (document: vscode.TextDocument) => this.documents.get(document.uri.toString())
    track(
      vscode.workspace.onDidChangeTextDocument((event) => {
        find(event.document)?.edit(event)
        // *Save As* opens the new file empty and fills it then.
        this.adopt(event.document)
      }),
    )
    track(
      vscode.workspace.onDidSaveTextDocument((document) => {
        this.adopt(document)
        void find(document)?.saved()
      }),
    )
    track(vscode.workspace.onWillRenameFiles(({ files }) => this.renames.will(files)))
    track(
      vscode.workspace.onDidCloseTextDocument((document) => {
        const annotated = find(document)
        // One that got another language mode is said to be closed and opened, and stays.
        if (annotated && !isOpen(document)) this.close(annotated)
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
    track(
      new LabelWatch(() => {
        for (const annotated of this.documents.values()) void annotated.takeOver()
      }),
    )
  }

  /** An untitled file that was saved is another document: its labels go with it. */
  private adopt(document: vscode.TextDocument): void {
    if (document.uri.scheme !== 'file') return
    const target = document.uri.toString()
    for (const annotated of this.documents.values()) {
      if (annotated.canKeep || annotated.adoptedBy.has(target)) continue
      if (annotated.document === document || !annotated.reads(document)) continue
      const { records } = annotated.labels
      if (records.length === 0) continue
      annotated.adoptedBy.add(target)
      const { unwritten, main } = annotated
      const adopting = this.ensure(document)
      void adopting.adopt(unwritten)
      if (main && !adopting.main) this.use(adopting, main.model, main.facts)
    }
  }

  private async hover(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    const annotated = this.documents.get(document.uri.toString())
    const offset = annotated?.text.offsetAt(position) ?? 0
    const place = { start: offset, end: offset }
    const [span] = annotated ? byNearness(annotated.spansAt(place), place) : []
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

const isOpen = (document: vscode.TextDocument): boolean =>
  vscode.workspace.textDocuments.includes(document)

const exists = async (folder: string): Promise<boolean> => {
  try {
    await vscode.workspace.fs.stat(vscode.Uri.file(folder))
    return true
  } catch {
    return false
  }
}
