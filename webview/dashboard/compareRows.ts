import type { MetricName } from '../../src/core/metrics/metrics.ts'
import { formatLoss, formatRate, metricLabel } from '../../src/core/runs/describe.ts'
import type { RunState } from '../../src/core/runs/runState.ts'
import { plainTable, scrolling } from '../ui/card.ts'
import { element } from '../ui/dom.ts'
import { replaceKeepingFocus } from '../ui/focus.ts'
import { plural } from './words.ts'

/** What the compared runs are called. */
export const letters = ['A', 'B', 'C', 'D'] as const

const headOf = (what: string, names: readonly string[]): string[] => [
  what,
  ...names.map((name, at) => `${letters[at] ?? ''}: ${name}`),
]

/** What a run was made of, a setting a row. */
export const configurationRows = (
  runs: readonly RunState[],
  runNames: readonly string[],
): string[][] => {
  const flat = runs.map(({ record }) => {
    const { data, ...rest } = record.config
    return new Map(
      Object.entries({ ...rest, ...data }).map(([key, value]) => [key, textOf(key, value)]),
    )
  })
  const keys = [...new Set(flat.flatMap((settings) => [...settings.keys()]))]
  return [
    headOf('setting', runNames),
    ...keys.map((key) => [key, ...flat.map((settings) => settings.get(key) ?? '–')]),
  ]
}

const textOf = (key: string, value: unknown): string => {
  if (key === 'learningRate' && typeof value === 'number') return formatRate(value)
  return Array.isArray(value) ? value.join(', ') : String(value)
}

export const metricRows = (runs: readonly RunState[], runNames: readonly string[]): string[][] => {
  const names = [
    ...new Set(
      runs.flatMap(({ record }) =>
        Object.entries(record.metrics ?? {}).flatMap(([name, value]) =>
          typeof value === 'number' ? [name as MetricName] : [],
        ),
      ),
    ),
  ]
  return [
    headOf('metric', runNames),
    ...names.map((name) => [
      metricLabel(name),
      ...runs.map(({ record }) => {
        const value = record.metrics?.[name]
        if (typeof value !== 'number') return '–'
        return name === 'loss' ? formatLoss(value) : (value * 100).toFixed(1)
      }),
    ]),
  ]
}

/** The rows in which the runs differ; the others, with one value each, behind a line to open. */
export const fillDiffering = (
  body: HTMLElement,
  [head = [], ...rows]: readonly (readonly string[])[],
): void => {
  const open = body.querySelector('details')?.open ?? false
  const differs = (row: readonly string[]) => new Set(row.slice(1)).size > 1
  const different = rows.filter(differs)
  const same = rows.filter((row) => !differs(row))
  const parts: HTMLElement[] = []
  if (different.length > 0) {
    const table = plainTable([
      head,
      ...different.map(([name = '', ...values]) => [`≠ ${name}`, ...values]),
    ])
    for (const row of table.tBodies[0]?.rows ?? []) row.className = 'differs'
    parts.push(scrolling(`${head[0]}: where they differ`, table))
  }
  if (same.length > 0) {
    const summary = element(
      'summary',
      { 'data-key': 'same' },
      `${plural(same.length, head[0] ?? '')} the same`,
    )
    const table = plainTable([
      [head[0] ?? '', 'all'],
      ...same.map(([name = '', value = '']) => [name, value]),
    ])
    const details = element('details', {}, summary, scrolling(`${head[0]}: the same`, table))
    details.open = open
    parts.push(details)
  }
  replaceKeepingFocus(body, ...parts)
}
