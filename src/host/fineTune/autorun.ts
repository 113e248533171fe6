import fs from 'node:fs'
import path from 'node:path'
import * as vscode from 'vscode'
import { isInside } from '../../core/files/isInside.ts'
import { layout } from '../../core/runs/store.ts'

/** Set by `npm start`: the experiment file, relative to the workspace folder, to run by itself. */
export const autorunVariable = 'HEADWAY_AUTORUN'
const doneKey = 'headway.autorunDone'

/** The experiment to run at once: in a trusted window, on a workspace that has no runs yet, once. */
export const autorunFile = async (memory: vscode.Memento): Promise<vscode.Uri | undefined> => {
  const wanted = process.env[autorunVariable]
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath
  if (!wanted || !folder || !vscode.workspace.isTrusted || memory.get(doneKey)) return undefined
  const file = path.resolve(folder, wanted)
  const fresh = ![folder, path.dirname(file)].some((store) => fs.existsSync(layout.sweeps(store)))
  if (!isInside(file, folder) || !fresh || !fs.existsSync(file)) return undefined
  await memory.update(doneKey, true)
  return vscode.Uri.file(file)
}
