import path from 'node:path'
import * as vscode from 'vscode'
import { isInside } from '../../core/files/isInside.ts'

const dataFiles = '**/*.{tsv,tab,csv,jsonl,ndjson,json,parquet,conll,conllu,iob,iob2,bio}'
const experimentFiles = '**/*.headway.json'
const notData = '**/{node_modules,.git,.headway,.vscode}/**'
const mostFiles = 200
/** JSON files that a project has without being data. */
const projectFile =
  /(^|\/)(package(-lock)?|tsconfig[^/]*|jsconfig|composer|settings|config|tokenizer[^/]*)\.json$|\.headway\.json$/i

/** Experiment files of the workspace. */
export const findExperiments = async (): Promise<vscode.Uri[]> => {
  const found = await vscode.workspace.findFiles(experimentFiles, notData, mostFiles)
  return found.sort((a, b) => a.fsPath.localeCompare(b.fsPath))
}

/** Data files under a folder, relative to it, with `/`. */
export const findDataFiles = async (folder: string): Promise<string[]> => {
  const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), dataFiles)
  const found = await vscode.workspace.findFiles(pattern, notData, mostFiles)
  return found
    .map((uri) => relativeTo(folder, uri.fsPath))
    .filter((file) => !projectFile.test(file))
}

/** Relative with `/` where the file lies under the folder, else as it is. */
export const relativeTo = (folder: string, file: string): string =>
  isInside(file, folder) ? path.relative(folder, file).split(path.sep).join('/') : file

/** A file chosen in the system's dialogue. */
export const browse = async (title: string, folder: string): Promise<string | undefined> => {
  const chosen = await vscode.window.showOpenDialog({
    title,
    defaultUri: vscode.Uri.file(folder),
    canSelectMany: false,
    filters: {
      'Labelled text': ['tsv', 'csv', 'jsonl', 'json', 'parquet', 'conll', 'conllu', 'iob2', 'txt'],
      'All files': ['*'],
    },
  })
  return chosen?.[0] && relativeTo(folder, chosen[0].fsPath)
}

export const browseFolder = async (title: string, folder: string): Promise<string | undefined> => {
  const chosen = await vscode.window.showOpenDialog({
    title,
    defaultUri: vscode.Uri.file(folder),
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
  })
  return chosen?.[0] && relativeTo(folder, chosen[0].fsPath)
}
