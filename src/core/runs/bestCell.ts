import type { RunRecord } from './records.ts'

/** Runs that are over and count: those of a cell, and their mean selection metric. */
export interface RankedCell {
  readonly cell: string
  /** Best first. */
  readonly runs: readonly RunRecord[]
  readonly mean: number
}

/** Runs whose numbers can be compared: the same data, read and scored in the same way by one engine. */
export const comparableKey = ({ checksums, engine, config, labels }: RunRecord): string =>
  JSON.stringify([
    checksums?.['data/train'] ?? '',
    checksums?.['data/dev'] ?? '',
    engine ?? 1,
    config.selectionMetric,
    config.regression,
    config.data.devSplit ?? null,
    labels,
  ])

/** Cells by the mean over their finished seeds, best first; equal ones in the order given. */
export const rankCells = (records: readonly RunRecord[]): RankedCell[] => {
  const cells = new Map<string, RunRecord[]>()
  for (const record of records) {
    if (record.state !== 'done') continue
    cells.set(record.cell, [...(cells.get(record.cell) ?? []), record])
  }
  return [...cells]
    .map(([cell, runs]) => ({
      cell,
      runs: [...runs].sort((a, b) => scoreOf(b) - scoreOf(a)),
      mean: runs.reduce((sum, run) => sum + scoreOf(run), 0) / runs.length,
    }))
    .sort((a, b) => b.mean - a.mean)
}

/** An undefined correlation counts as none. */
const scoreOf = ({ metrics, config }: RunRecord): number => metrics?.[config.selectionMetric] ?? 0
