import path from 'node:path'
import * as vscode from 'vscode'
import { filesOutside } from '../../core/experiment/outsideFiles.ts'
import type { ExperimentFile } from '../../core/experiment/schema.ts'
import { cacheDir } from '../../runtime/cache.ts'
import { plainText } from '../plainText.ts'
import type { FollowedRun } from '../runs/followedRun.ts'

const agreedKey = 'headway.agreedOutside'

export interface Reads extends Pick<ExperimentFile, 'model' | 'data'> {
  /** What its paths are relative to. */
  readonly base: string
}

/**
 * Asks where an experiment, or a run's record, reads what lies outside the workspace; once for each
 * place (DESIGN §11).
 */
export const agreesToOutside = async (
  memory: vscode.Memento,
  reads: readonly Reads[],
): Promise<boolean> => {
  const agreed = agreedFiles(memory)
  const files = outside(reads).filter((file) => !agreed.includes(file))
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

/** Whether it reads nothing outside the workspace that its user has not agreed to. */
export const isAgreed = (memory: vscode.Memento, reads: readonly Reads[]): boolean => {
  const agreed = agreedFiles(memory)
  return outside(reads).every((file) => agreed.includes(file))
}

/** What the user has chosen in the wizard needs no asking, now or later. */
export const rememberOutside = async (memory: vscode.Memento, reads: Reads): Promise<void> => {
  const files = outside([reads])
  if (files.length > 0) await memory.update(agreedKey, [...agreedFiles(memory), ...files])
}

const agreedFiles = (memory: vscode.Memento): readonly string[] =>
  memory.get<readonly string[]>(agreedKey) ?? []

/** The file that a run's dev examples are in. */
export const devData = ({ dir, state: { record } }: FollowedRun): Reads => {
  const { config, base } = record
  return { data: { train: config.data.dev ?? config.data.train }, base: path.resolve(dir, base) }
}

/** Headway's cache, where data sets of the Hub are, is its own. */
const outside = (reads: readonly Reads[]): string[] => {
  const folders = vscode.workspace.workspaceFolders?.map(({ uri }) => uri.fsPath)
  const inside = (base: string) => [...(folders ?? [base]), cacheDir()]
  return [...new Set(reads.flatMap((each) => filesOutside(each, each.base, inside(each.base))))]
}
