import { isActive, isResumable, selectionScore, stateWord } from '../../core/runs/describe.ts'
import { markOf } from '../../core/runs/markOf.ts'
import type { Marks } from '../../core/runs/marks.ts'
import type { DisplayState, RunState } from '../../core/runs/runState.ts'
import { rankCells } from '../../core/stats/rankCells.ts'

export const runOrders = ['score', 'grid', 'state', 'newest'] as const
export type RunOrder = (typeof runOrders)[number]

export const runKinds = ['all', 'starred', 'active', 'finished', 'unfinished'] as const
export type RunKind = (typeof runKinds)[number]

/** What the list of sweeps shows, and in which order. */
export interface Listing {
  readonly order: RunOrder
  readonly kind: RunKind
  /** Words that must all occur in what a line says. */
  readonly text: string
  /** Archived ones too. */
  readonly archived: boolean
}

export const wholeListing: Listing = { order: 'score', kind: 'all', text: '', archived: false }

/** What a workspace remembers; an older version may have written it. */
export const restoreListing = (value: unknown): Listing => {
  const saved = (typeof value === 'object' && value !== null ? value : {}) as Partial<Listing>
  return {
    order: runOrders.find((order) => order === saved.order) ?? wholeListing.order,
    kind: runKinds.find((kind) => kind === saved.kind) ?? wholeListing.kind,
    text: typeof saved.text === 'string' ? saved.text : '',
    archived: saved.archived === true,
  }
}

interface Listed {
  readonly state: RunState
}

/** Runs of a sweep that the listing shows, in its order. */
export const listRuns = <T extends Listed>(
  runs: readonly T[],
  marks: Marks,
  sweepName: string,
  listing: Listing,
): T[] => {
  const shown = runs.filter(({ state }) => isListed(state, marks, sweepName, listing))
  return inOrder(shown, listing.order)
}

/** Whether a sweep is in the list: where a filter is on, only with a run that it lets through. */
export const isSweepListed = (shown: number, marks: Marks, listing: Listing): boolean => {
  if (marks.sweep.archived && !listing.archived) return false
  return shown > 0 || (listing.kind === 'all' && listing.text === '')
}

const isListed = (
  run: RunState,
  marks: Marks,
  sweepName: string,
  { kind, text, archived }: Listing,
): boolean => {
  const mark = markOf(marks, run.record.id)
  if (mark.archived && !archived) return false
  if (!isOfKind(run.state, mark.star === true, kind)) return false
  const { record } = run
  const said = [
    ...[sweepName, record.id, record.cell, `seed ${record.seed}`, record.config.model],
    ...[stateWord(run.state), mark.name ?? '', mark.note ?? ''],
  ].join('\n')
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return words.every((word) => said.toLowerCase().includes(word))
}

const isOfKind = (state: DisplayState, starred: boolean, kind: RunKind): boolean => {
  switch (kind) {
    case 'all':
      return true
    case 'starred':
      return starred
    case 'active':
      return isActive(state)
    case 'finished':
      return state === 'done' || state === 'stoppedEarly'
    case 'unfinished':
      return isResumable(state)
    default:
      return kind satisfies never
  }
}

/** What goes on before what waits, before what ended otherwise. */
const stateOrder: readonly DisplayState[] = [
  ...(['done', 'running', 'stopping', 'queued', 'paused', 'interrupted'] as const),
  ...(['stopped', 'stoppedEarly', 'diverged', 'failed'] as const),
]
const placeOf = (run: RunState): number => stateOrder.indexOf(run.state)

const inOrder = <T extends Listed>(runs: readonly T[], order: RunOrder): T[] => {
  switch (order) {
    case 'grid':
      return [...runs]
    case 'state':
      return [...runs].sort((a, b) => placeOf(a.state) - placeOf(b.state))
    case 'newest':
      return [...runs].sort((a, b) => begun(b.state) - begun(a.state))
    case 'score':
      return byScore(runs)
    default:
      return order satisfies never
  }
}

const begun = ({ record }: RunState): number => record.started ?? record.created

/** Finished ones by their cell's mean over the seeds, best first; then the others by state. */
const byScore = <T extends Listed>(runs: readonly T[]): T[] => {
  const { ranked, failed } = rankCells(
    runs.map(({ state: { record, state } }) => ({ ...record, state })),
  )
  const places = new Map([...ranked, ...failed].map(({ cell }, at) => [cell, at]))
  const cellPlace = ({ record, state }: RunState): number =>
    state === 'done' ? (places.get(record.cell) ?? 0) : 0
  return [...runs].sort(
    (a, b) =>
      placeOf(a.state) - placeOf(b.state) ||
      cellPlace(a.state) - cellPlace(b.state) ||
      // The seeds of a cell stay together.
      a.state.record.cell.localeCompare(b.state.record.cell) ||
      (selectionScore(b.state) ?? -1) - (selectionScore(a.state) ?? -1),
  )
}

/** What stands above the list while it does not show all; undefined where it does. */
export const describeListing = ({ kind, text, archived }: Listing): string | undefined => {
  const parts = [
    kind === 'all' ? '' : `${kind} only`,
    text === '' ? '' : `“${text}”`,
    archived ? 'archived too' : '',
  ].filter(Boolean)
  return parts.length > 0 ? `Shown: ${parts.join(', ')}` : undefined
}
