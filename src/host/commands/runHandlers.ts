import * as vscode from 'vscode'
import { isActive, isResumable } from '../../core/runs/describe.ts'
import type { RunState } from '../../core/runs/runState.ts'
import type { Dashboards } from '../dashboard/dashboards.ts'
import { loadRunParts } from '../loadParts.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import type { Node, RunNode, SweepsTree } from '../sidePanel/tree.ts'
import { commandIds as ids } from './ids.ts'
import { askFilter, askOrder } from './listingQuestions.ts'
import { isTrusted, type RunControl, reportErrors } from './runControl.ts'
import { pickNodes, pickRun, pickRuns, pickSweep } from './runPicker.ts'
import { nodesOf, runsOf } from './selection.ts'

/** What it returns is the result of the command. */
export type Handler = (...args: unknown[]) => unknown

interface Targets {
  readonly workspaceRuns: WorkspaceRuns
  readonly dashboards: Dashboards
  readonly control: RunControl
  readonly sweeps: SweepsTree
}

const mostCompared = 4

const isWaiting = ({ state }: RunState): boolean => state === 'queued'
const canStop = ({ state }: RunState): boolean => isActive(state)
const canGoOn = ({ state }: RunState): boolean => isResumable(state)
const isBroken = ({ state }: RunState): boolean => state === 'failed' || state === 'diverged'
const canAnnotate = ({ record }: RunState): boolean =>
  record.state === 'done' && record.config.head === 'token' && !record.weightsDeleted
const any = (): boolean => true

/** Commands on sweeps and runs: from the tree for what is chosen there, from the palette by asking. */
export const runHandlers = ({ workspaceRuns, dashboards, control, sweeps }: Targets) => {
  const chosen = async (args: readonly unknown[], question: string, fits = any as Fits) => {
    const nodes = nodesOf(args)
    return nodes.length > 0 ? nodes : pickNodes(workspaceRuns, question, fits)
  }
  const one = async (args: readonly unknown[], question: string, fits: Fits = any) =>
    nodesOf(args)[0] ?? pickRun(workspaceRuns, question, fits)
  const actions = async () => {
    const { RunActions } = await loadRunParts()
    return new RunActions(await workspaceRuns.ready())
  }
  /** On what is chosen, with errors as one sentence. */
  const act =
    (question: string, action: (nodes: Node[]) => Promise<void> | void, fits: Fits = any) =>
    (...args: unknown[]) =>
      reportErrors(async () => {
        const nodes = await chosen(args, question, fits)
        if (nodes.length > 0) await action(nodes)
      })
  return {
    [ids.openDashboard]: async (...args: unknown[]) => {
      const node = nodesOf(args)[0] ?? (await pickDashboard(workspaceRuns))
      if (node) dashboards.open(node.sweep.dir, node.sweep.record.name)
    },
    [ids.compareRuns]: async (...args: unknown[]) => {
      const runs = await runsToCompare(workspaceRuns, nodesOf(args))
      const [first] = runs
      if (!first) return
      const same = runs.filter(({ sweep }) => sweep === first.sweep).slice(0, mostCompared)
      dashboards.compare(
        first.sweep.dir,
        first.sweep.record.name,
        same.map(({ run }) => run.state.record.id),
      )
    },
    [ids.stopRun]: act('Stop what?', (nodes) => control.end(runsOf(nodes), 'stop'), canStop),
    [ids.pauseRun]: act('Pause what?', (nodes) => control.end(runsOf(nodes), 'pause'), canStop),
    [ids.cancelRun]: act(
      'Cancel which queued runs?',
      (nodes) => control.end(waitingOf(nodes), 'stop'),
      isWaiting,
    ),
    [ids.resumeRun]: act('Resume what?', (nodes) => control.resumeRuns(runsOf(nodes)), canGoOn),
    [ids.retryRun]: act('Retry what?', (nodes) => control.resumeRuns(runsOf(nodes)), isBroken),
    [ids.runFirst]: async (...args: unknown[]) => {
      const node = await one(args, 'Which run is to be next?', isWaiting)
      const [target] = node ? runsOf([node]) : []
      if (target) await control.putFirst(target)
    },
    [ids.useForAnnotation]: async (...args: unknown[]) => {
      const node = await one(args, 'Annotate with which run?', canAnnotate)
      if (node?.kind !== 'run' || !isTrusted()) return
      const { layout } = await loadRunParts()
      const folder = layout.model(node.run.dir)
      await vscode.commands.executeCommand(ids.annotateWith, undefined, folder)
    },
    [ids.exportRun]: act('Export what?', async ([node]) => {
      if (node) await (await actions()).export(node)
    }),
    [ids.copyConfiguration]: act('Copy the configuration of what?', async (nodes) =>
      (await actions()).copyConfiguration(nodes),
    ),
    [ids.starRun]: act('Star what?', async (nodes) =>
      (await actions()).mark(nodes, { star: true }),
    ),
    [ids.unstarRun]: act('Take the star from what?', async (nodes) =>
      (await actions()).mark(nodes, { star: false }),
    ),
    [ids.archiveRun]: act('Archive what?', async (nodes) =>
      (await actions()).mark(nodes, { archived: true }),
    ),
    [ids.unarchiveRun]: act('Take what out of the archive?', async (nodes) =>
      (await actions()).mark(nodes, { archived: false }),
    ),
    [ids.editNote]: act('Write a note on what?', async ([node]) => {
      if (node) await (await actions()).ask(node, 'note')
    }),
    [ids.renameRun]: act('Rename what?', async ([node]) => {
      if (node) await (await actions()).ask(node, 'name')
    }),
    [ids.deleteRun]: act('Delete what?', async (nodes) => (await actions()).delete(nodes)),
    [ids.restoreDeleted]: () => reportErrors(async () => (await actions()).restore()),
    [ids.revealRun]: async (...args: unknown[]) => {
      const node = await one(args, 'Reveal which run?')
      if (node) await reveal(node)
    },
    [ids.filterRuns]: () => askFilter(sweeps),
    [ids.sortRuns]: () => askOrder(sweeps),
  } as const
}

type Fits = (run: RunState) => boolean

/** Of a chosen sweep its runs that wait; the one at work goes on. */
const waitingOf = (nodes: readonly Node[]) =>
  runsOf(nodes).map(({ sweep, runs }) => ({
    sweep,
    runs: runs.filter(({ state }) => isWaiting(state)),
  }))

/** What is chosen in the tree; of one run, with others of its sweep that the user picks. */
const runsToCompare = async (
  workspaceRuns: WorkspaceRuns,
  nodes: readonly Node[],
): Promise<RunNode[]> => {
  const runs = nodes.flatMap((node) => (node.kind === 'run' ? [node] : []))
  if (runs.length > 1) return runs
  const [first] = runs
  const sweep = first?.sweep ?? nodes[0]?.sweep
  const others = await pickRuns(
    workspaceRuns,
    first ? 'Compare with which run?' : 'Compare which two to four runs of a sweep?',
    (node) => (sweep === undefined || node.sweep === sweep) && node.run !== first?.run,
  )
  return others.length > 0 ? [...runs, ...others] : []
}

/** What trains now, if it is one sweep; else the user picks. */
const pickDashboard = async (workspaceRuns: WorkspaceRuns): Promise<Node | undefined> => {
  const registry = await workspaceRuns.ready()
  const active = registry
    .sweeps()
    .filter(({ runs }) => runs.some((run) => isActive(run.state.state)))
  const only = active[0]
  if (active.length === 1 && only) return { kind: 'sweep', sweep: only }
  return pickSweep(workspaceRuns, 'Open the dashboard of which sweep?')
}

const reveal = async (node: Node): Promise<void> => {
  const folder = vscode.Uri.file(node.kind === 'run' ? node.run.dir : node.sweep.dir)
  const file = vscode.Uri.joinPath(folder, node.kind === 'run' ? 'run.json' : 'sweep.json')
  await vscode.commands.executeCommand('revealInExplorer', file)
  await vscode.window.showTextDocument(file, { preview: true })
}
