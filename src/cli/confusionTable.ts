import type { Confusion } from '../core/metrics/labelScores.ts'

const mostColumns = 12
const widestColumn = 12
const widestRow = 60

/** For a terminal: rows are gold, columns predicted; empty where it would be too wide to read. */
export const confusionTable = (confusion: Confusion | undefined): string => {
  if (!confusion || confusion.labels.length > mostColumns) return ''
  const { labels, counts } = confusion
  const rowNames = labels.map((label) => label.slice(0, widestRow))
  const rowWidth = Math.max(20, ...rowNames.map(({ length }) => length))
  const names = labels.map((label) => label.slice(0, widestColumn))
  const width = 2 + Math.max(4, ...[...names, ...counts.flat()].map((each) => `${each}`.length))
  const line = (name: string, cells: readonly (string | number)[]) =>
    `${name.padEnd(rowWidth)}${cells.map((cell) => `${cell}`.padStart(width)).join('')}\n`
  const rows = counts.map((row, at) => line(rowNames[at] ?? '', row))
  return `\n${line('gold, predicted as', names)}${rows.join('')}`
}
