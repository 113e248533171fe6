import { CategoryScale, Chart } from 'chart.js'
import { MatrixController, MatrixElement } from 'chartjs-chart-matrix'
import type { GridParameter } from '../../src/core/stats/analysis.ts'
import { heatColor } from '../ui/colors.ts'
import type { ThemeColors } from '../ui/theme.ts'
import type { Group, HeatScale } from './gridCells.ts'
import type { Cell, SweepView } from './sweepView.ts'
import { formatMean, formatParameter, formatSpread } from './words.ts'

Chart.register(MatrixController, MatrixElement, CategoryScale)

const cellWidth = 76
const cellHeight = 52
const margin = 56

/**
 * The grid's heat maps as a picture, PNG in base64. On the page they are tables of buttons, which a
 * keyboard and a screen reader can use; here they are a chart.
 */
export const heatMapPng = (
  sweep: SweepView,
  groups: readonly Group[],
  x: GridParameter,
  y: GridParameter | undefined,
  heat: HeatScale,
  theme: ThemeColors,
): string => {
  const columns = sweep.valuesOf[x].map((value) => formatParameter(x, value))
  const rows = y === undefined ? [''] : sweep.valuesOf[y].map((value) => formatParameter(y, value))
  const width = margin + columns.length * cellWidth
  const height = margin + rows.length * cellHeight + 24
  const picture = document.createElement('canvas')
  const ratio = 2
  picture.width = groups.length * width * ratio
  picture.height = height * ratio
  const context = picture.getContext('2d')
  if (!context) return ''
  context.fillStyle = theme.background
  context.fillRect(0, 0, picture.width, picture.height)
  for (const [at, group] of groups.entries()) {
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = height
    const chart = new Chart(canvas, {
      type: 'matrix',
      data: {
        datasets: [
          {
            data: group.cells.map((cell) => ({
              x: formatParameter(x, cell.parameters[x]),
              y: y === undefined ? '' : formatParameter(y, cell.parameters[y]),
              cell,
            })) as unknown as { x: number; y: number }[],
            backgroundColor: ({ raw }) => fillOf(cellIn(raw), heat, theme),
            borderColor: ({ raw }) =>
              cellIn(raw) === sweep.best ? theme.foreground : theme.background,
            borderWidth: ({ raw }) => (cellIn(raw) === sweep.best ? 3 : 1),
            width: cellWidth - 3,
            height: cellHeight - 3,
          },
        ],
      },
      options: {
        animation: false,
        responsive: false,
        devicePixelRatio: ratio,
        layout: { padding: { right: 10 } },
        plugins: { title: { display: false }, legend: { display: false } },
        scales: {
          x: axis(columns, theme),
          y: axis(rows, theme),
        },
      },
      plugins: [
        { id: 'values', afterDatasetsDraw: (drawn) => writeValues(drawn, group, heat, theme) },
      ],
    })
    context.drawImage(canvas, at * width * ratio, 24 * ratio, width * ratio, (height - 24) * ratio)
    context.fillStyle = theme.foreground
    context.font = `${12 * ratio}px sans-serif`
    context.textAlign = 'center'
    context.fillText(group.title, (at + 0.5) * width * ratio, 16 * ratio)
    chart.destroy()
  }
  return picture.toDataURL('image/png').split(',')[1] ?? ''
}

const cellIn = (raw: unknown): Cell | undefined =>
  typeof raw === 'object' && raw !== null && 'cell' in raw ? (raw.cell as Cell) : undefined

const fillOf = (cell: Cell | undefined, heat: HeatScale, theme: ThemeColors): string =>
  cell?.mean === null || cell === undefined || cell.verdict === 'failed'
    ? theme.grid
    : heatColor(heat(cell.mean)).fill

/** What can be read on `fillOf`. */
const textOn = (cell: Cell, heat: HeatScale, theme: ThemeColors): string =>
  cell.mean === null || cell.verdict === 'failed'
    ? theme.foreground
    : heatColor(heat(cell.mean)).text

const axis = (labels: string[], theme: ThemeColors) => ({
  type: 'category' as const,
  labels,
  offset: true,
  grid: { display: false },
  border: { display: false },
  ticks: { color: theme.muted },
})

const writeValues = (chart: Chart, { cells }: Group, heat: HeatScale, theme: ThemeColors): void => {
  const { ctx } = chart
  for (const [at, node] of chart.getDatasetMeta(0).data.entries()) {
    const cell = cells[at]
    if (!cell) continue
    const { x, y } = (node as MatrixElement).getCenterPoint()
    ctx.fillStyle = textOn(cell, heat, theme)
    ctx.textAlign = 'center'
    ctx.font = 'bold 13px sans-serif'
    ctx.fillText(formatMean(cell.mean, cell.spread), x, y)
    ctx.font = '10px sans-serif'
    ctx.fillText(formatSpread(cell.spread), x, y + 14)
  }
}
