import * as vscode from 'vscode'
import {
  correctedSentences,
  sentencesWithLabels,
} from '../../core/annotation/correctedSentences.ts'
import type { TaggedSentence } from '../../core/annotation/formats/conll.ts'
import type { Range } from '../../core/annotation/words.ts'
import { labelKindOf } from '../../core/data/labelKind.ts'
import { InputError } from '../../core/errors.ts'
import { isActive } from '../../core/runs/describe.ts'
import { storeOfRun } from '../../core/runs/store.ts'
import { Disposables } from '../disposables.ts'
import { plainText } from '../plainText.ts'
import type { FollowedRun } from '../runs/followedRun.ts'
import type { FollowedSweep } from '../runs/storeFollower.ts'
import type { AnnotationContext } from './annotation.ts'
import type { Annotator } from './annotator.ts'
import { askSentences } from './askSentences.ts'
import { bestRun, type ChosenModel, chooseModel, modelAt, modelOf } from './chooseModel.ts'
import { annotationCommandIds as ids } from './commandIds.ts'
import { correctedExperiment } from './correctionsData.ts'
import type { IgnoredWords } from './ignoredWords.ts'
import { filesGone, labelledFiles } from './labelledFiles.ts'
import { rest } from './rest.ts'
import { chooseRetrainPlan } from './retrainPlan.ts'
import { WhatChangedView } from './whatChangedView.ts'

interface FoundRun {
  readonly sweep: FollowedSweep
  readonly run: FollowedRun
}

/** *Retrain With Corrections*, and what came of it. */
export class Retraining implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly view: WhatChangedView
  /** Sweeps that were launched from here, and the model that was corrected. */
  private readonly awaited = new Map<string, ChosenModel>()
  private last: { readonly before: ChosenModel; readonly after: ChosenModel } | undefined

  constructor(
    private readonly context: AnnotationContext,
    private readonly annotator: Annotator,
    private readonly ignored: IgnoredWords,
  ) {
    this.view = this.disposables.track(new WhatChangedView(annotator))
    this.disposables.track(context.workspaceRuns.changed.on(() => this.look()))
  }

  handlers() {
    return {
      [ids.retrain]: () => this.retrain(),
      [ids.whatChanged]: (before?: unknown, after?: unknown) => this.whatChanged(before, after),
    }
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private async retrain(): Promise<void> {
    const model = await this.correctedModel()
    if (!model) return
    const found = await this.find(model)
    if (!found) {
      throw new InputError(
        `${model.name} is no run of this workspace, so its training data are not known: annotate with a run to retrain it.`,
      )
    }
    this.nameGone()
    const { run, sweep } = found
    const classes = labelKindOf(run.state.record.labels) === 'classes'
    const { sentences, unfinished } = await this.corrections(model, classes)
    if (sentences.length === 0) {
      throw new InputError(
        unfinished > 0
          ? `No corrected sentence is ready: ${unfinished} still have ${classes ? 'a word whose class is doubtful, or rejected and none given; accept or change' : 'a doubtful span; accept or reject'} those (Review Mode walks them).`
          : 'There are no corrections yet: accept, change or reject spans first.',
      )
    }
    const plan = await chooseRetrainPlan(sentences.length, unfinished, run, sweep)
    if (!plan) return
    const store = storeOfRun(run.dir)
    const { record } = run.state
    const request = await correctedExperiment(
      run.dir,
      record,
      store,
      sentences,
      plan,
      sweep.record.name,
    )
    const sweepDir = await this.context.fineTune.launch(request)
    if (sweepDir) {
      this.awaited.set(sweepDir, model)
      this.look()
    }
  }

  private nameGone(): void {
    const gone = filesGone()
    if (gone.length === 0) return
    const more = gone.length > 3 ? ` and ${gone.length - 3} more` : ''
    this.annotator.warn(
      `The labels of ${gone.slice(0, 3).join(', ')}${more} are left out, for the text is gone: annotate it under its new name to take them over.`,
    )
  }

  private async correctedModel(): Promise<ChosenModel | undefined> {
    const active = this.annotator.active?.annotated.main?.model
    if (active?.run !== undefined) return active
    return chooseModel(
      this.context.workspaceRuns,
      ['token'],
      'Retrain which run with the corrections?',
    )
  }

  private async find({ run: dir }: ChosenModel): Promise<FoundRun | undefined> {
    const registry = await this.context.workspaceRuns.ready()
    for (const sweep of registry.sweeps()) {
      const run = sweep.runs.find((each) => each.dir === dir)
      if (run) return { sweep, run }
    }
    return undefined
  }

  private async corrections(
    model: ChosenModel,
    classes: boolean,
  ): Promise<{ sentences: TaggedSentence[]; unfinished: number }> {
    const threshold =
      vscode.workspace.getConfiguration('headway').get<number>('annotation.doubtBelow') ?? 0.8
    const isIgnored = (word: string) => this.ignored.has(word)
    const sentences: TaggedSentence[] = []
    let unfinished = 0
    for (const { text, annotations } of labelledFiles(this.annotator.open)) {
      const ranges = sentencesWithLabels(text, annotations)
      const said = await askSentences(this.annotator.predictor, model.folder, text, ranges)
      const byStart = new Map(ranges.map(({ start }, at) => [start, said[at] ?? []]))
      const predicted = ({ start }: Range) => byStart.get(start) ?? []
      const corrected = await correctedSentences(
        text,
        annotations,
        { classes, predicted, threshold, isIgnored },
        rest,
      )
      for (const sentence of corrected.sentences) sentences.push(sentence)
      unfinished += corrected.unfinished
      await rest()
    }
    return { sentences, unfinished }
  }

  /** Whether a run that was launched from here is done. */
  private look(): void {
    for (const [sweepDir, before] of this.awaited) {
      const sweep = this.context.workspaceRuns.current?.sweep(sweepDir)
      if (!sweep || sweep.runs.length === 0) continue
      if (sweep.runs.some(({ state }) => isActive(state.record.state))) continue
      this.awaited.delete(sweepDir)
      const best = bestRun(sweep.runs)
      if (!best) continue
      const after = modelOf(best, sweep.record.name)
      this.last = { before, after }
      void this.tell(before, after)
    }
  }

  private async tell(before: ChosenModel, after: ChosenModel): Promise<void> {
    const see = 'What Changed'
    const use = 'Annotate With It'
    const answer = await vscode.window.showInformationMessage(
      plainText(`${after.name} has learned from your corrections (${before.name} was corrected).`),
      see,
      use,
    )
    if (answer === see) await this.view.show(before, after)
    const { active } = this.annotator
    if (answer === use && active) await this.annotator.annotate(active.annotated.document, after)
  }

  /** @param before, after the models' folders, where they are known already */
  private async whatChanged(before: unknown, after: unknown): Promise<void> {
    const { workspaceRuns } = this.context
    const named =
      typeof before === 'string' && typeof after === 'string'
        ? {
            before: await modelAt(workspaceRuns, ['token'], before),
            after: await modelAt(workspaceRuns, ['token'], after),
          }
        : undefined
    const pair = named ?? this.last ?? (await this.choosePair(workspaceRuns))
    if (pair) await this.view.show(pair.before, pair.after)
  }

  private async choosePair(workspaceRuns: AnnotationContext['workspaceRuns']) {
    const before = await chooseModel(workspaceRuns, ['token'], 'The run before?')
    const after = before && (await chooseModel(workspaceRuns, ['token'], 'The run after?'))
    return before && after ? { before, after } : undefined
  }
}
