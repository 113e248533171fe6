import path from 'node:path'
import * as vscode from 'vscode'
import { readExamples } from '../../core/data/examples.ts'
import { tagsOf } from '../../core/data/tagSchemes.ts'
import { loadTokenData } from '../../core/data/tokenData.ts'
import { tokenColumns } from '../../core/data/tokenSets.ts'
import type { RunConfig } from '../../core/experiment/config.ts'
import { Disposables } from '../disposables.ts'
import type { FollowedRun } from '../runs/followedRun.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import { type ChosenModel, finishedRuns } from './chooseModel.ts'
import { bestClass, classNote } from './classNote.ts'
import { annotationCommandIds as ids } from './commandIds.ts'
import { type LineNote, LineNotes } from './lineNotes.ts'
import type { Predictor } from './predictor.ts'

/** Rows that are tried; a file is there to be looked at, `headway evaluate` takes it whole. */
const mostRows = 500
const batch = 64

interface Offered {
  readonly run: FollowedRun
  readonly model: ChosenModel
}

/** *Try this run* above the first row of a data file: gold against predicted, row by row. */
export class TryRun implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly notes = this.disposables.track(new LineNotes())

  constructor(
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly predictor: Predictor,
  ) {}

  async codeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const offered = bestOfEach(await this.fitting(document.uri.fsPath))
    const range = new vscode.Range(0, 0, 0, 0)
    return offered.map(
      ({ model }) =>
        new vscode.CodeLens(range, {
          title: `$(beaker) Try run ${model.name} (${model.description ?? ''})`,
          command: ids.tryRun,
          arguments: [document.uri, model.folder],
        }),
    )
  }

  async run(file: unknown, folder: unknown): Promise<void> {
    const uri = file instanceof vscode.Uri ? file : vscode.window.activeTextEditor?.document.uri
    if (!uri) return
    const fitting = await this.fitting(uri.fsPath)
    const chosen = fitting.find(({ model }) => model.folder === folder) ?? fitting[0]
    if (!chosen) {
      void vscode.window.showInformationMessage(
        'No finished run was trained or scored on this file.',
      )
      return
    }
    const editor = await vscode.window.showTextDocument(uri)
    const { config } = chosen.run.state.record
    const notes = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: `Headway: trying ${chosen.model.name}` },
      () =>
        config.head === 'token'
          ? this.tokens(uri.fsPath, config, chosen.model)
          : this.texts(uri.fsPath, config, chosen.model, chosen.run.state.record.labels),
    )
    this.notes.show(editor, notes)
    const wrong = notes.filter((note) => note.wrong).length
    vscode.window.setStatusBarMessage(
      `Headway: ${chosen.model.name} is wrong on ${wrong} of the first ${notes.length} rows`,
      8000,
    )
  }

  dispose(): void {
    this.disposables.dispose()
  }

  /** Runs that have this file among their data, the best of each sweep first. */
  private async fitting(file: string): Promise<Offered[]> {
    return (await finishedRuns(this.workspaceRuns, ['sentence', 'pair', 'token'])).filter(
      ({ run }) => {
        const { record } = run.state
        const base = path.resolve(run.dir, record.base)
        const { train, dev, test } = record.config.data
        return [train, dev, test].some(
          (each) => each !== undefined && path.resolve(base, each) === file,
        )
      },
    )
  }

  private async texts(
    file: string,
    config: RunConfig,
    model: ChosenModel,
    labels: readonly string[],
  ): Promise<LineNote[]> {
    const { textColumn, textPairColumn, labelColumn, skipBadRows, header, quotes } = config.data
    const examples = await readExamples(file, {
      textColumn,
      textPairColumn,
      labelColumn,
      pair: config.head === 'pair',
      labels: 'required',
      skipBadRows,
      header,
      quotes,
      labelNames: labels,
    })
    const facts = await this.predictor.load(model.folder)
    const notes: LineNote[] = []
    for (let from = 0; from < Math.min(examples.texts.length, mostRows); from += batch) {
      const texts = examples.texts.slice(from, Math.min(from + batch, mostRows)).map((text, at) => {
        const textPair = examples.textPairs[from + at]
        return textPair === undefined ? { text } : { text, textPair }
      })
      const { rows } = await this.predictor.ask<'classes'>({
        type: 'classes',
        model: model.folder,
        texts,
      })
      rows.forEach((row, at) => {
        const gold = examples.labels[from + at] ?? ''
        const right = facts.regression || bestClass(facts, row) === gold
        const text = right
          ? `${facts.regression ? '→' : '✓'} ${classNote(facts, row)}`
          : `✗ gold ${gold}, predicted ${classNote(facts, row)}`
        notes.push({ line: (examples.lines[from + at] ?? 1) - 1, text, wrong: !right })
      })
    }
    return notes
  }

  private async tokens(file: string, config: RunConfig, model: ChosenModel): Promise<LineNote[]> {
    const { sentences } = await loadTokenData(file, {
      ...tokenColumns(config.data.textColumn, config.data.labelColumn),
      skipBadSentences: true,
    })
    const facts = await this.predictor.load(model.folder)
    const notes: LineNote[] = []
    const tried = sentences.slice(0, mostRows)
    for (let from = 0; from < tried.length; from += batch) {
      const some = tried.slice(from, from + batch)
      const answer = await this.predictor.ask<'tokens'>({
        type: 'tokens',
        model: model.folder,
        sentences: some.map(({ words }) => words.join(' ')),
      })
      some.forEach((sentence, at) => {
        const spans = answer.sentences[at] ?? []
        const predicted = tagWords(sentence.words, spans, facts.tags === 'classes')
        sentence.words.forEach((_, word) => {
          const gold = sentence.tags[word]
          const says = predicted[word] ?? 'O'
          const line = (sentence.lines[word] ?? 1) - 1
          if (gold !== says) notes.push({ line, text: `✗ predicted ${says}`, wrong: true })
          else if (gold !== 'O' && facts.tags === 'spans') notes.push({ line, text: '✓' })
        })
      })
    }
    return notes
  }
}

const bestOfEach = (offered: readonly Offered[]): Offered[] => {
  const seen = new Set<string>()
  return offered.filter(({ run }) => {
    const { sweep } = run.state.record
    if (seen.has(sweep)) return false
    seen.add(sweep)
    return true
  })
}

/** Predicted spans of words joined by a space, as a tag each. */
const tagWords = (
  words: readonly string[],
  spans: readonly { readonly start: number; readonly end: number; readonly type: string }[],
  classes: boolean,
): string[] => {
  const starts: number[] = []
  let offset = 0
  for (const word of words) {
    starts.push(offset)
    offset += word.length + 1
  }
  if (classes) return starts.map((start) => spans.find((span) => span.start === start)?.type ?? 'O')
  const ofWords = spans.flatMap(({ start, end, type }) => {
    const first = starts.findIndex((at, word) => at + (words[word]?.length ?? 0) > start)
    const last = starts.findLastIndex((at) => at < end)
    return first < 0 || last < first ? [] : [{ type, start: first, end: last + 1 }]
  })
  return tagsOf(words.length, ofWords, 'IOB2')
}
