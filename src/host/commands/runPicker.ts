import * as vscode from 'vscode'
import type { RunState } from '../../core/runs/runState.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import { runLabel, sweepLabel } from '../sidePanel/labels.ts'
import type { Node } from '../sidePanel/tree.ts'

/** The sweep a palette command means: the only one that fits, or the one the user picks. */
export const pickSweep = async (
  workspaceRuns: WorkspaceRuns,
  placeHolder: string,
  fits: (runs: readonly RunState[]) => boolean = () => true,
): Promise<Node | undefined> => {
  const registry = await workspaceRuns.ready()
  const items = registry
    .sweeps()
    .map((sweep) => ({ sweep, runs: sweep.runs.map((run) => run.state) }))
    .filter(({ runs }) => fits(runs))
    .map(({ sweep, runs }) => {
      const { label, description } = sweepLabel(sweep.record, runs)
      return { label, description, node: { kind: 'sweep' as const, sweep } }
    })
  if (items.length <= 1) return items[0]?.node
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.node
}

/** The run a palette command means. */
export const pickRun = async (
  workspaceRuns: WorkspaceRuns,
  placeHolder: string,
  fits: (run: RunState) => boolean,
): Promise<Node | undefined> => {
  const registry = await workspaceRuns.ready()
  const items = registry.sweeps().flatMap((sweep) =>
    sweep.runs
      .filter((run) => fits(run.state))
      .map((run) => {
        const runs = sweep.runs.map(({ state }) => state)
        const { label, description } = runLabel(run.state, runs)
        const node = { kind: 'run' as const, sweep, run }
        return { label: `${sweep.record.name}: ${label}`, description, node }
      }),
  )
  if (items.length <= 1) return items[0]?.node
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.node
}
