import type { BenchCase, BenchFigures } from '../engine/bench/benchCase.ts'

export type BenchResult = Omit<BenchCase, 'source'> & BenchFigures

const columns: readonly (readonly [string, (result: BenchResult) => string])[] = [
  ['backend', ({ backend }) => backend],
  ['precision', ({ precision }) => precision],
  ['shape', ({ batchSize, length }) => `${batchSize} × ${length}`],
  ['step ms', ({ stepMs }) => digits(stepMs)],
  ['examples/s', ({ examplesPerSecond }) => digits(examplesPerSecond)],
  ['GFLOP/s', ({ gflopsPerSecond }) => digits(gflopsPerSecond)],
  ['of products', (result) => `${Math.round(100 * result.shareOfProductSpeed)} %`],
  ['predict ms', ({ predictionMs }) => digits(predictionMs)],
  ['predicted/s', ({ predictionsPerSecond }) => digits(predictionsPerSecond)],
  ['record ms', ({ recordingMs }) => digits(recordingMs)],
  ['first step ms', ({ firstStepMs }) => digits(firstStepMs)],
  ['memory MB', ({ peakMemoryMB }) => digits(peakMemoryMB)],
]

/** Three significant digits; whole numbers from 100. */
const digits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value.toPrecision(3).replace(/e\+?(-?\d+)/, 'e$1')

/** One line a case, for a terminal. */
export const benchTable = (results: readonly BenchResult[]): string => {
  const rows = [
    columns.map(([title]) => title),
    ...results.map((result) => columns.map(([, cell]) => cell(result))),
  ]
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)))
  return rows
    .map((row) => row.map((cell, at) => pad(cell, widths[at]!, at)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}

/** Words to the left, numbers to the right. */
const pad = (cell: string, width: number, column: number): string =>
  column < 3 ? cell.padEnd(width) : cell.padStart(width)
