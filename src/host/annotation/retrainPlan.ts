import * as vscode from 'vscode'
import type { RunConfig } from '../../core/experiment/config.ts'
import type { FollowedRun } from '../runs/followedRun.ts'
import type { FollowedSweep } from '../runs/storeFollower.ts'
import type { RetrainPlan } from './correctionsData.ts'

type Item = vscode.QuickPickItem & RetrainPlan

/** Beside the corrected run's own: more data may want another one. */
const rateFactors = [0.5, 1, 2]

/** One run or a sweep, from the pretrained model or from the corrected one. */
export const chooseRetrainPlan = async (
  sentences: number,
  unfinished: number,
  run: FollowedRun,
  sweep: FollowedSweep,
): Promise<RetrainPlan | undefined> => {
  const left = unfinished > 0 ? `; ${unfinished} more wait for a word on a doubtful span` : ''
  return vscode.window.showQuickPick<Item>(plansOf(run, sweep), {
    placeHolder: `${sentences} corrected ${sentences === 1 ? 'sentence' : 'sentences'}${left}. Retrain…`,
  })
}

const plansOf = (run: FollowedRun, sweep: FollowedSweep): Item[] => {
  const { learningRate } = run.state.record.config
  const rates = rateFactors.map((factor) => Number((learningRate * factor).toPrecision(3)))
  const grid = gridOf(sweep)
  const cells = grid.learningRate.length * grid.batchSize.length * grid.epochs.length
  const runs = cells * grid.seeds.length
  return [
    {
      label: 'From the pretrained model',
      description: 'as the run was trained',
      from: 'pretrained',
      grid: {},
    },
    {
      label: 'From the corrected model',
      description: 'goes on from what it knows',
      from: 'last',
      grid: {},
    },
    {
      label: 'One epoch more of the corrected model',
      description: 'the quickest: for few corrections',
      from: 'last',
      grid: { epochs: 1 },
    },
    {
      label: `Sweep of ${rates.length} learning rates, from the corrected model`,
      description: rates.join(', '),
      from: 'last',
      grid: { learningRate: rates },
    },
    ...(runs > 1
      ? [
          {
            label: `Sweep of ${runs} runs, from the pretrained model`,
            description: `the grid of ${sweep.record.name}`,
            from: 'pretrained' as const,
            grid,
          },
        ]
      : []),
  ]
}

/** What varies among the runs of a sweep. */
const gridOf = ({ runs }: FollowedSweep) => {
  const values = (of: (config: RunConfig) => number) =>
    [...new Set(runs.map(({ state }) => of(state.record.config)))].sort((a, b) => a - b)
  return {
    learningRate: values(({ learningRate }) => learningRate),
    batchSize: values(({ batchSize }) => batchSize),
    epochs: values(({ epochs }) => epochs),
    seeds: values(({ seed }) => seed),
  }
}
