import type { RunState } from '../../src/core/runs/runState.ts'
import type { GridParameter } from '../../src/core/stats/analysis.ts'
import { type Marker, markers } from '../ui/series.ts'
import type { ThemeColors } from '../ui/theme.ts'
import type { Cell, SweepView } from './sweepView.ts'

/** How a run looks wherever it is drawn. */
export interface RunStyle {
  readonly color: string
  readonly dash: readonly number[]
  readonly marker: Marker
}

/**
 * One look, one meaning: colour and marker are the first parameter that varies (of a paper grid the
 * learning rate), dashes the second (the batch size); the best is in the text's own colour.
 */
export interface Encoding {
  readonly colorBy: GridParameter | undefined
  readonly dashBy: GridParameter | undefined
  readonly colorOf: (value: number) => string
  readonly markerOf: (value: number) => Marker
  readonly dashOf: (value: number) => readonly number[]
  readonly style: (cell: Cell) => RunStyle
  readonly styleOfRun: (run: RunState) => RunStyle
}

const dashes: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [9, 3, 2, 3], [12, 5]]

/** Which of the dashes it is, as the legend's samples are numbered. */
export const dashPlace = ({ dash }: RunStyle): number => Math.max(0, dashes.indexOf(dash))

export const makeEncoding = (
  view: SweepView,
  theme: ThemeColors,
  chosenColors: Readonly<Record<string, string>>,
): Encoding => {
  const [colorBy, dashBy] = view.varying
  const place = (parameter: GridParameter | undefined, value: number): number =>
    parameter === undefined ? 0 : Math.max(0, view.valuesOf[parameter].indexOf(value))
  const pick = <T>(of: readonly T[], at: number, otherwise: T): T => of[at % of.length] ?? otherwise
  const colorOf = (value: number) => pick(theme.series, place(colorBy, value), theme.foreground)
  // Where the colours begin again the markers are moved on by one: no two values look alike in both.
  const markerOf = (value: number): Marker => {
    const at = place(colorBy, value)
    return pick(markers, at + Math.floor(at / theme.series.length), 'circle')
  }
  const dashOf = (value: number) => pick(dashes, place(dashBy, value), [])
  const style = (cell: Cell): RunStyle => ({
    color: cell === view.best ? theme.foreground : colorOf(parameterOf(cell, colorBy)),
    marker: markerOf(parameterOf(cell, colorBy)),
    dash: cell === view.best ? [] : dashOf(parameterOf(cell, dashBy)),
  })
  const styleOfRun = (run: RunState): RunStyle => {
    const cell = view.cellOf.get(run.record.id)
    const base: RunStyle = cell
      ? style(cell)
      : { color: theme.foreground, dash: [], marker: 'circle' }
    const chosen = chosenColors[run.record.id]
    return chosen === undefined
      ? base
      : { ...base, color: theme.series[Number(chosen)] ?? base.color }
  }
  return { colorBy, dashBy, colorOf, markerOf, dashOf, style, styleOfRun }
}

/**
 * Of a few runs side by side no two look alike: a look that is taken (another seed of the cell, a cell
 * that differs in a third parameter) gets the next dash and marker.
 */
export const toldApart = (encoding: Encoding, runs: readonly RunState[]): Encoding => {
  const looks = new Map<string, RunStyle>()
  const isTaken = (one: RunStyle) =>
    [...looks.values()].some((other) => other.color === one.color && other.dash === one.dash)
  for (const run of runs) {
    let style = encoding.styleOfRun(run)
    for (let turn = 1; isTaken(style) && turn < dashes.length; turn++) {
      const { dash, marker } = style
      style = { ...style, dash: after(dashes, dash), marker: after(markers, marker) }
    }
    looks.set(run.record.id, style)
  }
  return {
    ...encoding,
    styleOfRun: (run) => looks.get(run.record.id) ?? encoding.styleOfRun(run),
  }
}

const after = <T>(of: readonly T[], one: T): T => of[(of.indexOf(one) + 1) % of.length] ?? one

const parameterOf = (cell: Cell, parameter: GridParameter | undefined): number =>
  parameter === undefined ? 0 : cell.parameters[parameter]
