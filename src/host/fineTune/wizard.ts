import path from 'node:path'
import * as vscode from 'vscode'
import { messageOf } from '../../core/errors.ts'
import type { TaskHead } from '../../core/experiment/schema.ts'
import {
  type Draft,
  defaultHyperparameters,
  experimentOf,
  lastFirst,
  nameFor,
  offeredHeads,
} from './choices.ts'
import { chooseColumns, chooseDevFile, chooseTrainFile } from './dataSteps.ts'
import type { LaunchRequest } from './launcher.ts'
import { chooseHyperparameters } from './launchStep.ts'
import { chooseModel } from './modelStep.ts'
import { type Answer, type Choice, pick, type StepFrame, separator } from './quickInput.ts'
import { findExperiments } from './workspaceFiles.ts'

const title = 'Headway: Fine-Tune'
const totalSteps = 6
const memoryKey = 'headway.lastFineTune'

type Start =
  | { readonly type: 'experiment'; readonly file: vscode.Uri }
  | { readonly type: 'head'; readonly head: TaskHead }

/** The steps of *Fine-Tune…*. What was chosen last in this workspace is offered first. */
export class FineTuneWizard {
  constructor(private readonly memory: vscode.Memento) {}

  /** What is to be launched; undefined where the user called it off. */
  async run(): Promise<LaunchRequest | undefined> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath
    if (folder === undefined) {
      await vscode.commands.executeCommand('vscode.openFolder')
      return undefined
    }
    const last = this.memory.get<Draft>(memoryKey)
    let draft: Draft = { hyperparameters: defaultHyperparameters, ...last }
    for (let step = 1; step <= totalSteps; ) {
      const answer = await this.askStep(step, folder, draft)
      if (answer.type === 'cancelled') return undefined
      if (answer.type === 'back') {
        step--
        continue
      }
      if ('experimentFile' in answer.value) return answer.value
      draft = { ...draft, ...answer.value }
      step++
    }
    await this.memory.update(memoryKey, draft)
    const experiment = experimentOf(draft)
    return experiment && { experiment, base: folder, name: nameFor(draft.train ?? '') }
  }

  private async askStep(
    step: number,
    folder: string,
    draft: Draft,
  ): Promise<Answer<Partial<Draft> | { experimentFile: string }>> {
    const frame: StepFrame = { title, step, totalSteps }
    const { train = '' } = draft
    switch (step) {
      case 1:
        return chooseStart(frame, draft.head)
      case 2:
        return named('train', await chooseTrainFile(frame, folder, draft.train))
      case 3:
        return named('dev', await chooseDevFile(frame, folder, train, draft.dev))
      case 4:
        return this.askColumns(frame, folder, draft)
      case 5:
        return named('model', await chooseModel(frame, folder, draft.model))
      default:
        return named('hyperparameters', await chooseHyperparameters(frame, draft.hyperparameters))
    }
  }

  /** A file that cannot be read is told of, and the step before comes back. */
  private async askColumns(frame: StepFrame, folder: string, draft: Draft) {
    try {
      return await chooseColumns(frame, folder, draft)
    } catch (error) {
      void vscode.window.showErrorMessage(messageOf(error))
      return { type: 'back' } as const
    }
  }
}

const named = <K extends keyof Draft>(
  key: K,
  answer: Answer<NonNullable<Draft[K]>>,
): Answer<Partial<Draft>> =>
  answer.type === 'chosen' ? { type: 'chosen', value: { [key]: answer.value } } : answer

/** Experiment files of the workspace, ready to run, and the heads for a new fine-tune. */
const chooseStart = async (
  frame: StepFrame,
  last: TaskHead | undefined,
): Promise<Answer<Partial<Draft> | { experimentFile: string }>> => {
  const files = await findExperiments()
  const experiments: Choice<Start>[] = files.map((file) => ({
    label: `$(beaker) ${path.basename(file.fsPath)}`,
    description: vscode.workspace.asRelativePath(path.dirname(file.fsPath)),
    value: { type: 'experiment', file },
  }))
  const heads: Choice<Start>[] = lastFirst(offeredHeads, ({ head }) => head === last).map(
    ({ head, label, detail }) => ({
      label: `$(symbol-string) ${label}`,
      detail,
      value: { type: 'head', head },
    }),
  )
  const answer = await pick<Start>({
    ...frame,
    placeholder: 'What should BERT learn?',
    items: [
      ...(experiments.length ? [separator('Run an experiment file'), ...experiments] : []),
      separator('New fine-tune'),
      ...heads,
    ],
  })
  if (answer.type !== 'chosen') return answer
  return answer.value.type === 'experiment'
    ? { type: 'chosen', value: { experimentFile: answer.value.file.fsPath } }
    : { type: 'chosen', value: { head: answer.value.head } }
}
