import path from 'node:path'
import * as vscode from 'vscode'
import { filesOutside } from '../../core/experiment/outsideFiles.ts'
import type { ExperimentFile } from '../../core/experiment/schema.ts'
import { plainText } from '../plainText.ts'

const agreedKey = 'headway.agreedOutside'

/** Asks where an experiment file reads what lies outside the workspace; once for each place (DESIGN §11). */
export const agreesToOutside = async (
  memory: vscode.Memento,
  experiment: ExperimentFile,
  base: string,
): Promise<boolean> => {
  const open = vscode.workspace.workspaceFolders?.map(({ uri }) => uri.fsPath) ?? [base]
  const agreed = memory.get<readonly string[]>(agreedKey) ?? []
  const files = filesOutside(experiment, base, open).filter((file) => !agreed.includes(file))
  if (files.length === 0) return true
  const use = { title: files.length === 1 ? 'Use It' : 'Use Them' }
  const names = files.map((file) => path.basename(file)).join(', ')
  const answer = await vscode.window.showWarningMessage(
    plainText(`This experiment reads outside the workspace: ${names}. Use what is there?`),
    { modal: true, detail: files.join('\n') },
    use,
  )
  if (answer !== use) return false
  await memory.update(agreedKey, [...agreed, ...files])
  return true
}
