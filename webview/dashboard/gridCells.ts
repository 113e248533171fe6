import { formatPercent, metricLabel, progressOf, stateWord } from '../../src/core/runs/describe.ts'
import { type GridParameter, gridParameters } from '../../src/core/stats/analysis.ts'
import { conditionsOn, parseQuery } from './query.ts'
import type { Cell, SweepView } from './sweepView.ts'
import {
  formatMean,
  formatSpread,
  parameterPhrase,
  shortParameterName,
  spreadKind,
} from './words.ts'

/** Differences smaller than this many standard errors must not look like more than they are. */
const leastErrors = 6

export interface Group {
  readonly title: string
  readonly cells: readonly Cell[]
}

export type HeatScale = (mean: number) => number

/**
 * Heat of a mean as a share of one. The scale spans what was found, but never less than some standard
 * errors, around the middle: what is noise must look alike.
 */
export const heatScale = ({ cells }: SweepView): HeatScale => {
  const means = cells.flatMap(({ mean, verdict }) =>
    mean === null || verdict === 'failed' ? [] : [mean],
  )
  const errors = cells.flatMap(({ spread }) => (spread ? [spread.value] : [])).sort((a, b) => a - b)
  // Before anything was judged: what a dev set of a thousand examples usually has.
  const error = errors[errors.length >> 1] ?? 0.01
  const low = Math.min(...means)
  const high = Math.max(...means)
  const span = Math.max(high - low, leastErrors * error, 1e-4)
  // The best stays at the warm end.
  return (mean) => 1 - (high - mean) / span
}

/** The user's axes where they still vary, else the first two parameters that do. */
export const axesOf = (
  { varying }: SweepView,
  chosen: { readonly x: GridParameter; readonly y: GridParameter } | null,
): { readonly x: GridParameter; readonly y: GridParameter | undefined } => {
  if (chosen && varying.includes(chosen.x) && varying.includes(chosen.y)) return chosen
  const [x = 'learningRate', y] = varying
  return { x, y }
}

/** One map for each combination of the parameters that are not on an axis. */
export const groupCells = (
  { cells, varying }: SweepView,
  x: GridParameter,
  y: GridParameter | undefined,
): Group[] => {
  const others = varying.filter((name) => name !== x && name !== y)
  const groups = new Map<string, Cell[]>()
  const ordered = [...cells].sort((a, b) =>
    others.reduce((order, name) => order || a.parameters[name] - b.parameters[name], 0),
  )
  for (const cell of ordered) {
    const title = others.map((name) => parameterPhrase(name, cell.parameters[name])).join(' · ')
    groups.set(title, [...(groups.get(title) ?? []), cell])
  }
  return [...groups].map(([title, own]) => ({ title, cells: own }))
}

export const subtitleOf = ({ metric, cells }: SweepView): string => {
  const kinds = new Set(cells.flatMap(({ spread }) => (spread ? [spreadKind(spread)] : [])))
  const noise = cells.some(({ verdict }) => verdict === 'withinNoise')
    ? '; ≈ within noise of the best'
    : ''
  return `${metricLabel(metric)}${kinds.size ? `, ± ${[...kinds].join(' or ')}` : ''}${noise}`
}

/** By the filter's conditions on parameters alone: what else it asks is of runs. */
export const fitsQuery = ({ parameters }: Pick<Cell, 'parameters'>, query: string): boolean => {
  const names = gridParameters.map(shortParameterName)
  const numbers = Object.fromEntries(
    gridParameters.map((one) => [shortParameterName(one), parameters[one]]),
  )
  return parseQuery(conditionsOn(query, names), names).fits({ text: '', numbers })
}

export const wordOf = (cell: Cell, sweep: SweepView): string => {
  if (cell === sweep.best) return 'best'
  return cell.verdict === 'withinNoise' ? 'within noise of the best' : ''
}

export const textOf = (
  cell: Cell,
  sweep: SweepView,
): { readonly value: string; readonly below: string; readonly sign: string } => {
  if (cell.mean !== null) {
    const failed = cell.verdict === 'failed'
    return {
      value: formatMean(cell.mean, cell.spread),
      below: failed ? 'no better than a guess' : formatSpread(cell.spread),
      sign: failed ? '✕' : cell !== sweep.best && cell.verdict === 'withinNoise' ? '≈' : '',
    }
  }
  const running = cell.runs.find(({ state }) => state === 'running' || state === 'stopping')
  if (running) {
    const share = cell.runs.reduce((sum, run) => sum + progressOf(run), 0) / cell.runs.length
    return { value: formatMean(cell.live, null), below: formatPercent(share), sign: '' }
  }
  return {
    value: formatMean(cell.live, null),
    below: stateWord(cell.runs[0]?.state ?? 'queued'),
    sign: '',
  }
}
