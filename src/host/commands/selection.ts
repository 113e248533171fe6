import type { FollowedRun } from '../runs/followedRun.ts'
import type { FollowedSweep } from '../runs/storeFollower.ts'
import type { Node } from '../sidePanel/tree.ts'

/**
 * What a command of the tree is meant for: VS Code hands it the line that was clicked, and where
 * several are chosen all of them.
 */
export const nodesOf = ([clicked, all]: readonly unknown[]): Node[] => {
  const several = Array.isArray(all) ? all.filter(isNode) : []
  if (several.length > 0) return several
  return isNode(clicked) ? [clicked] : []
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  (value.kind === 'sweep' || (value.kind === 'run' && 'run' in value)) &&
  'sweep' in value

/** The runs of a sweep that a selection stands for. */
export interface RunsOfSweep {
  readonly sweep: FollowedSweep
  readonly runs: readonly FollowedRun[]
}

/** A chosen sweep stands for all of its runs; what is chosen twice counts once. */
export const runsOf = (nodes: readonly Node[]): RunsOfSweep[] => {
  const bySweep = new Map<FollowedSweep, Set<FollowedRun>>()
  for (const node of nodes) {
    const runs = bySweep.get(node.sweep) ?? new Set()
    for (const run of node.kind === 'run' ? [node.run] : node.sweep.runs) runs.add(run)
    bySweep.set(node.sweep, runs)
  }
  return [...bySweep].map(([sweep, runs]) => ({ sweep, runs: [...runs] }))
}

/** Chosen sweeps, and chosen runs of other sweeps. */
export const outermost = (nodes: readonly Node[]): Node[] => {
  const sweeps = new Set(nodes.flatMap((node) => (node.kind === 'sweep' ? [node.sweep] : [])))
  return nodes.filter((node) => node.kind === 'sweep' || !sweeps.has(node.sweep))
}
