import fs from 'node:fs'
import path from 'node:path'
import * as vscode from 'vscode'
import { InputError } from '../../core/errors.ts'
import type { TaskHead } from '../../core/experiment/schema.ts'
import { formatScore, metricLabel } from '../../core/runs/describe.ts'
import { layout } from '../../core/runs/store.ts'
import type { FollowedRun } from '../runs/followedRun.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'

/** A fine-tuned model to predict with. */
export interface ChosenModel {
  /** Hugging Face folder. */
  readonly folder: string
  /** As shown: the run's id, or the folder's name. */
  readonly name: string
  /** The run's folder; absent for a model from elsewhere. */
  readonly run?: string
  readonly description?: string
  /** When the run ended, or its weights were written. */
  readonly made?: number
}

type Item = vscode.QuickPickItem & { readonly model?: ChosenModel }

const chooseFolder: Item = {
  label: '$(folder-opened) Choose a Folder…',
  description: 'any Hugging Face folder of a fine-tuned BERT',
  alwaysShow: true,
}

/** Finished runs of these heads, best first within their sweep, sweeps newest first. */
export const finishedRuns = async (
  workspaceRuns: WorkspaceRuns,
  heads: readonly TaskHead[],
): Promise<{ run: FollowedRun; model: ChosenModel }[]> => {
  const registry = await workspaceRuns.ready()
  return registry
    .sweeps()
    .filter((sweep) => heads.includes(sweep.record.head))
    .flatMap((sweep) =>
      sweep.runs
        .filter(({ state: { record } }) => record.state === 'done' && !record.weightsDeleted)
        .sort((a, b) => scoreOf(b) - scoreOf(a))
        .map((run) => ({ run, model: modelOf(run, sweep.record.name) })),
    )
}

/** By its selection metric; undefined where none is finished. */
export const bestRun = (runs: readonly FollowedRun[]): FollowedRun | undefined =>
  runs
    .filter(({ state }) => state.record.state === 'done')
    .sort((a, b) => scoreOf(b) - scoreOf(a))[0]

const scoreOf = ({ state }: FollowedRun): number => {
  const { config, metrics } = state.record
  const value = metrics?.[config.selectionMetric]
  return typeof value === 'number' ? value : Number.NEGATIVE_INFINITY
}

export const modelOf = (run: FollowedRun, sweep: string): ChosenModel => {
  const { id, config, metrics, ended } = run.state.record
  const value = metrics?.[config.selectionMetric]
  const score = `${metricLabel(config.selectionMetric)} ${formatScore(typeof value === 'number' ? value : undefined)}`
  return {
    folder: layout.model(run.dir),
    name: id.slice(0, 6),
    run: run.dir,
    ...(ended === undefined ? {} : { made: ended }),
    description: `${sweep} · ${run.state.record.cell} · ${score}`,
  }
}

/**
 * Asks which run, or folder, to predict with.
 *
 * @returns undefined where the user left
 * @throws InputError where a chosen folder has no model
 */
export const chooseModel = async (
  workspaceRuns: WorkspaceRuns,
  heads: readonly TaskHead[],
  placeHolder: string,
  fits: (run: FollowedRun) => boolean = () => true,
): Promise<ChosenModel | undefined> => {
  const runs = (await finishedRuns(workspaceRuns, heads)).filter(({ run }) => fits(run))
  const items: Item[] = runs.map(({ model }) => ({
    label: `$(pass) ${model.name}`,
    description: model.description ?? '',
    model,
  }))
  const choice = await vscode.window.showQuickPick([...items, chooseFolder], {
    placeHolder: runs.length === 0 ? `${placeHolder} No run is finished yet.` : placeHolder,
    matchOnDescription: true,
  })
  if (choice !== chooseFolder) return choice?.model
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      title: 'A fine-tuned model’s folder',
      openLabel: 'Use This Model',
    })) ?? []
  return folder && modelInFolder(folder.fsPath)
}

/** The model of a folder: a run's, or one from elsewhere. */
export const modelAt = async (
  workspaceRuns: WorkspaceRuns,
  heads: readonly TaskHead[],
  folder: string,
): Promise<ChosenModel> => {
  const runs = await finishedRuns(workspaceRuns, heads)
  return runs.find(({ model }) => model.folder === folder)?.model ?? modelInFolder(folder)
}

/** A model of no run: its weights' file tells when it was made. */
export const modelInFolder = (folder: string): ChosenModel => {
  const weights = fs.statSync(path.join(folder, 'model.safetensors'), { throwIfNoEntry: false })
  return {
    folder,
    name: path.basename(folder),
    ...(weights ? { made: weights.mtimeMs } : {}),
  }
}

/** What `workspaceState` remembers; checked, since an older version may have written it. */
export const remembered = (state: vscode.Memento, key: string): ChosenModel | undefined => {
  const value = state.get<unknown>(key)
  if (typeof value !== 'object' || value === null) return undefined
  const { folder, name, run, description, made } = value as Record<string, unknown>
  if (typeof folder !== 'string' || typeof name !== 'string') return undefined
  return {
    folder,
    name,
    ...(typeof run === 'string' ? { run } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof made === 'number' ? { made } : {}),
  }
}

/** @throws InputError unless the model is of the wanted head */
export const requireHead = (wanted: string, found: string, { name }: ChosenModel): void => {
  if (wanted === found) return
  throw new InputError(`${name} has the head ${found}; this needs one with the head ${wanted}.`)
}
