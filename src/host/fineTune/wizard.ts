import path from 'node:path'
import * as vscode from 'vscode'
import { messageOf } from '../../core/errors.ts'
import { plainText } from '../plainText.ts'
import { type Draft, defaultHyperparameters, experimentOf, hasColumns, nameFor } from './choices.ts'
import { chooseColumns } from './columnStep.ts'
import { chooseDevFile, chooseTrainFile } from './dataSteps.ts'
import { findLocalData } from './fetching.ts'
import { chooseHead } from './headStep.ts'
import type { LaunchRequest } from './launcher.ts'
import { choosePlan } from './launchStep.ts'
import { chooseModel } from './modelStep.ts'
import { type PreflightResult, runPreflightProcess } from './preflightProcess.ts'
import { showPreflight } from './preflightStep.ts'
import { type Answer, type Choice, pick, type StepFrame, separator } from './quickInput.ts'
import { findExperiments } from './workspaceFiles.ts'

const title = 'Headway: Fine-Tune'
const memoryKey = 'headway.lastFineTune'

type Start = vscode.Uri | 'new'
type Part = Partial<Draft>

const steps = [
  'start',
  'folder',
  'train',
  'head',
  'dev',
  'columns',
  'model',
  'check',
  'plan',
] as const
type Step = (typeof steps)[number]

/** The steps of *Fine-Tune…*. What was chosen last in this workspace is offered first. */
export class FineTuneWizard {
  private experimentFile: string | undefined
  private preflight: PreflightResult | undefined

  constructor(
    private readonly memory: vscode.Memento,
    private readonly dist: string,
  ) {}

  /**
   * What is to be launched; undefined where the user called it off.
   * @param start `new`: without the experiment files that there are
   */
  async run(start: 'any' | 'new' = 'any'): Promise<LaunchRequest | undefined> {
    if (!vscode.workspace.workspaceFolders?.length) {
      await vscode.commands.executeCommand('vscode.openFolder')
      return undefined
    }
    let draft: Draft = {
      hyperparameters: defaultHyperparameters,
      ...this.memory.get<Draft>(memoryKey),
    }
    const first = start === 'new' ? 1 : 0
    for (let at = first; at < stepsOf(draft).length; ) {
      const answer = await this.askOrTell(at, draft)
      if (answer.type === 'cancelled') return undefined
      if (answer.type === 'back') at = Math.max(first, at - 1)
      else {
        if (this.experimentFile) return { experimentFile: this.experimentFile }
        draft = { ...draft, ...answer.value }
        at++
      }
    }
    await this.memory.update(memoryKey, draft)
    const experiment = experimentOf(draft)
    const name = nameFor(draft.train ?? '')
    return experiment && { experiment, base: folderOf(draft), name, chosenByUser: true }
  }

  /** A file that cannot be read is told of, and the step before comes back. */
  private async askOrTell(at: number, draft: Draft): Promise<Answer<Part>> {
    const all = stepsOf(draft)
    const frame: StepFrame = { title, step: at + 1, totalSteps: all.length }
    try {
      return await this.ask(all[at] ?? 'start', frame, draft)
    } catch (error) {
      void vscode.window.showErrorMessage(plainText(messageOf(error)))
      return { type: 'back' }
    }
  }

  private async ask(step: Step, frame: StepFrame, draft: Draft): Promise<Answer<Part>> {
    const folder = folderOf(draft)
    const { train = '', head = 'sentence' } = draft
    switch (step) {
      case 'start':
        return this.askStart(frame)
      case 'folder':
        return named('folder', await chooseFolder(frame, draft.folder))
      case 'train':
        return named('train', await chooseTrainFile(frame, folder, draft.train))
      case 'head':
        return this.withTrainFile(folder, train, async (file) =>
          named('head', await chooseHead(frame, file)),
        )
      case 'dev':
        return named('dev', await chooseDevFile(frame, folder, train, draft.dev))
      case 'columns':
        return this.withTrainFile(folder, train, (file) => chooseColumns(frame, file, head, draft))
      case 'model':
        return named('model', await chooseModel(frame, folder, draft.model))
      case 'check':
        return this.check(frame, folder, draft)
      case 'plan':
        return choosePlan(frame, draft.hyperparameters, this.preflight?.estimate ?? undefined)
      default:
        return step satisfies never
    }
  }

  private async askStart(frame: StepFrame): Promise<Answer<Part>> {
    this.experimentFile = undefined
    const answer = await chooseStart(frame)
    if (answer.type !== 'chosen') return answer
    if (answer.value !== 'new') this.experimentFile = answer.value.fsPath
    return { type: 'chosen', value: {} }
  }

  private async withTrainFile(
    folder: string,
    train: string,
    step: (file: string) => Promise<Answer<Part>>,
  ): Promise<Answer<Part>> {
    const local = await findLocalData({ train }, folder)
    return local ? step(path.resolve(folder, local.train ?? train)) : { type: 'back' }
  }

  private async check(frame: StepFrame, folder: string, draft: Draft): Promise<Answer<Part>> {
    const experiment = experimentOf(draft)
    if (!experiment) return { type: 'back' }
    for (;;) {
      this.preflight = await runPreflightProcess(experiment, folder, this.dist)
      if (!this.preflight) return { type: 'back' }
      const answer = await showPreflight(frame, folder, this.preflight)
      if (answer.type !== 'chosen') return answer
      if (answer.value === 'goOn') return { type: 'chosen', value: {} }
    }
  }
}

/** Columns are asked for where the head has some, the folder where there are several. */
const stepsOf = (draft: Draft): Step[] =>
  steps.filter(
    (step) =>
      (step !== 'columns' || hasColumns(draft.head)) &&
      (step !== 'folder' || (vscode.workspace.workspaceFolders?.length ?? 0) > 1),
  )

/** A folder that was chosen once may have left the workspace. */
const folderOf = ({ folder }: Draft): string => {
  const folders = vscode.workspace.workspaceFolders ?? []
  const chosen = folders.find(({ uri }) => uri.fsPath === folder) ?? folders[0]
  return chosen?.uri.fsPath ?? ''
}

const named = <K extends keyof Draft>(
  key: K,
  answer: Answer<NonNullable<Draft[K]>>,
): Answer<Part> =>
  answer.type === 'chosen' ? { type: 'chosen', value: { [key]: answer.value } } : answer

const chooseFolder = (frame: StepFrame, last: string | undefined): Promise<Answer<string>> => {
  const folders = vscode.workspace.workspaceFolders ?? []
  const ranked = [...folders].sort(
    (a, b) => Number(b.uri.fsPath === last) - Number(a.uri.fsPath === last),
  )
  return pick<string>({
    ...frame,
    placeholder: 'The folder that the data are in, and the runs will be kept in',
    items: ranked.map(({ name, uri }) => ({
      label: `$(folder) ${name}`,
      description: uri.fsPath,
      value: uri.fsPath,
    })),
  })
}

/** Experiment files of the workspace, ready to run, or a new fine-tune. */
const chooseStart = async (frame: StepFrame): Promise<Answer<Start>> => {
  const files = await findExperiments()
  const experiments: Choice<Start>[] = files.map((file) => ({
    label: `$(beaker) ${path.basename(file.fsPath)}`,
    description: vscode.workspace.asRelativePath(path.dirname(file.fsPath)),
    value: file,
  }))
  return pick<Start>({
    ...frame,
    placeholder: 'Run an experiment, or begin with a file of labelled text',
    items: [
      ...(experiments.length ? [separator('Run an experiment file'), ...experiments] : []),
      separator('New fine-tune'),
      {
        label: '$(add) From your own data…',
        detail: 'Labelled text in TSV, CSV, JSON, CoNLL, SQuAD or Parquet',
        value: 'new',
      },
    ],
  })
}
