import * as vscode from 'vscode'
import type { RunState } from '../../core/runs/runState.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import { runLabel, sweepLabel } from '../sidePanel/labels.ts'
import type { Node, RunNode, SweepNode } from '../sidePanel/tree.ts'

type Item = vscode.QuickPickItem & { readonly node: Node }

/** The sweep a palette command means: the only one that fits, or the one the user picks. */
export const pickSweep = async (
  workspaceRuns: WorkspaceRuns,
  placeHolder: string,
): Promise<Node | undefined> => only(await sweepItems(workspaceRuns), placeHolder)

/** The run a palette command means. */
export const pickRun = async (
  workspaceRuns: WorkspaceRuns,
  placeHolder: string,
  fits: (run: RunState) => boolean,
): Promise<Node | undefined> => only(await runItems(workspaceRuns, fits), placeHolder)

/** The sweeps or runs a palette command means; asks even where there is but one. */
export const pickNodes = async (
  workspaceRuns: WorkspaceRuns,
  placeHolder: string,
  fits: (run: RunState) => boolean = () => true,
): Promise<Node[]> => {
  const items = [
    ...(await sweepItems(workspaceRuns, (runs) => runs.some(fits))),
    ...(await runItems(workspaceRuns, fits)),
  ]
  const options = { placeHolder, matchOnDescription: true, canPickMany: true } as const
  return ((await vscode.window.showQuickPick(items, options)) ?? []).map(({ node }) => node)
}

/** Two to four runs, as the comparison takes them. */
export const pickRuns = async (
  workspaceRuns: WorkspaceRuns,
  placeHolder: string,
  fits: (run: RunNode) => boolean,
): Promise<RunNode[]> => {
  const items = (await runItems(workspaceRuns, () => true)).filter(
    ({ node }) => node.kind === 'run' && fits(node),
  )
  const options = { placeHolder, matchOnDescription: true, canPickMany: true } as const
  const chosen = (await vscode.window.showQuickPick(items, options)) ?? []
  return chosen.flatMap(({ node }) => (node.kind === 'run' ? [node] : []))
}

const only = async (items: readonly Item[], placeHolder: string): Promise<Node | undefined> => {
  if (items.length <= 1) return items[0]?.node
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.node
}

const sweepItems = async (
  workspaceRuns: WorkspaceRuns,
  fits: (runs: readonly RunState[]) => boolean = () => true,
): Promise<Item[]> => {
  const registry = await workspaceRuns.ready()
  return registry.sweeps().flatMap((sweep): Item[] => {
    const runs = sweep.runs.map((run) => run.state)
    if (!fits(runs)) return []
    const { label, description } = sweepLabel(sweep.record, runs, sweep.marks)
    const node: SweepNode = { kind: 'sweep', sweep }
    return [{ label, description, node }]
  })
}

const runItems = async (
  workspaceRuns: WorkspaceRuns,
  fits: (run: RunState) => boolean,
): Promise<Item[]> => {
  const registry = await workspaceRuns.ready()
  return registry.sweeps().flatMap((sweep) => {
    const runs = sweep.runs.map(({ state }) => state)
    const name = sweep.marks.sweep.name ?? sweep.record.name
    return sweep.runs
      .filter((run) => fits(run.state))
      .map((run): Item => {
        const { label, description } = runLabel(run.state, runs, sweep.marks)
        return { label: `${name}: ${label}`, description, node: { kind: 'run', sweep, run } }
      })
  })
}
