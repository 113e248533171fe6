import path from 'node:path'
import * as vscode from 'vscode'
import type { PlannedRun } from '../../core/experiment/resolve.ts'
import type { ExperimentFile } from '../../core/experiment/schema.ts'
import type { FollowedSweep } from '../runs/storeFollower.ts'

const mostSeeds = 20

/** How many seeds to add to each cell; undefined where the user thinks better of it. */
export const askForSeeds = async (cells: number): Promise<number | undefined> => {
  const answer = await vscode.window.showInputBox({
    title: 'Add Seeds',
    prompt: `How many more seeds of ${cells === 0 ? 'each cell' : `each of the ${cells} cells`}? Each is one more run; several tell luck from merit.`,
    value: '2',
    validateInput: (text) =>
      /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= mostSeeds
        ? undefined
        : `A whole number from 1 to ${mostSeeds}.`,
  })
  return answer === undefined ? undefined : Number(answer)
}

interface SeedRequest {
  readonly experiment: ExperimentFile
  readonly base: string
  readonly name: string
  readonly file?: string
  readonly only: (run: PlannedRun) => boolean
}

/** The sweep's experiment with more seeds, of which only the new ones of these cells are meant. */
export const moreSeeds = (
  sweep: FollowedSweep,
  cells: readonly string[],
  count: number,
): SeedRequest | undefined => {
  const [first] = sweep.runs
  if (!first) return undefined
  const { record } = sweep
  const seeds = [...new Set(sweep.runs.map((run) => run.state.record.seed))].sort((a, b) => a - b)
  const highest = seeds.at(-1) ?? 0
  const added = Array.from({ length: count }, (_, at) => highest + 1 + at)
  return {
    experiment: { ...record.experiment, seeds: [...seeds, ...added] },
    base: path.resolve(first.dir, first.state.record.base),
    name: record.name,
    ...(record.file === undefined ? {} : { file: path.resolve(sweep.dir, record.file) }),
    only: ({ cell, config }) =>
      added.includes(config.seed) && (cells.length === 0 || cells.includes(cell)),
  }
}
