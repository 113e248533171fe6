import { formatCount, formatDuration } from '../../src/core/runs/describe.ts'
import type { XAxis } from './view.ts'

export const axisNames: Record<XAxis, string> = {
  step: 'step',
  epoch: 'epoch',
  time: 'training time',
  examples: 'examples seen',
}

export const formatOnAxis = (axis: XAxis, value: number): string => {
  switch (axis) {
    case 'step':
      return formatCount(Math.round(value))
    case 'epoch':
      return `${Number(value.toFixed(2))}`
    case 'time':
      return formatDuration(value)
    case 'examples':
      return value >= 10_000
        ? `${Number((value / 1000).toFixed(1))}k`
        : formatCount(Math.round(value))
    default:
      return axis satisfies never
  }
}
