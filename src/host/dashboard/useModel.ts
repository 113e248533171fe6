import fs from 'node:fs'
import path from 'node:path'
import * as vscode from 'vscode'
import { InputError } from '../../core/errors.ts'
import { layout } from '../../core/runs/store.ts'
import { annotationCommandIds } from '../annotation/commandIds.ts'
import type { FollowedRun } from '../runs/followedRun.ts'
import { openText } from './openText.ts'

const readable = /\.(tsv|csv|jsonl?|txt|parquet)$/i
const binary = /\.parquet$/i

/** Takes a run's model into use where it tags nothing: on its dev file, or on a text to be asked. */
export const useModel = async (run: FollowedRun): Promise<void> => {
  const { config } = run.state.record
  const folder = layout.model(run.dir)
  if (config.head === 'qa') return askOf(folder)
  const file = devFile(run)
  if (!file) {
    throw new InputError(
      `The dev data of run ${run.state.record.id} is no file that an editor shows: open a text, and choose Headway: Predict.`,
    )
  }
  await vscode.commands.executeCommand(annotationCommandIds.tryRun, vscode.Uri.file(file), folder)
}

/** The dev file, else the training file that the dev set was split from. */
const devFile = (run: FollowedRun): string | undefined => {
  const { config, base } = run.state.record
  const file = path.resolve(run.dir, base, config.data.dev ?? config.data.train)
  return readable.test(file) && !binary.test(file) && fs.existsSync(file) ? file : undefined
}

/** On the text that is open, else on one that the user opens. */
const askOf = async (folder: string): Promise<void> => {
  const { activeTextEditor, visibleTextEditors } = vscode.window
  const open = openText(activeTextEditor, visibleTextEditors)
  const uri = open?.document.uri ?? (await chooseText())
  if (!uri) return
  await vscode.window.showTextDocument(uri)
  await vscode.commands.executeCommand(annotationCommandIds.askWith, undefined, folder)
}

const chooseText = async (): Promise<vscode.Uri | undefined> => {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: 'Ask which text?',
      openLabel: 'Ask This Text',
    })) ?? []
  return uri
}
