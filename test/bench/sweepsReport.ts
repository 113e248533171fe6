import type { GridSide, GridTime } from './grid.ts'
import { middleOf } from './registryTimes.ts'
import type { SweepFigures } from './sweeps.ts'

const names: Readonly<Record<GridSide, string>> = {
  sweep: '`headway sweep`',
  train: '18 separate `headway train`',
  pytorch: '18 runs of a PyTorch script, dynamic padding, bf16',
  runGlue: '18 runs of one with run_glue.py’s defaults (padding to 128, fp32)',
}
const wanted: Readonly<Record<GridSide, number | undefined>> = {
  sweep: undefined,
  train: 1.5,
  pytorch: 1.6,
  runGlue: 6,
}
const titles: Readonly<Record<string, string>> = {
  sample: 'the sample',
  sst2: 'SST-2, 1,000 rows',
}

/** The section of docs/performance.md. */
export const sweepsReport = ({ grids, registry }: SweepFigures): string => {
  const sweepOf = (data: string) =>
    grids.find((grid) => grid.data === data && grid.side === 'sweep')
  const lines = [
    '| the paper’s grid, 18 runs | on | minutes | the sweep is faster | wanted |',
    '| --- | --- | ---: | ---: | ---: |',
    ...grids.map((grid) => gridRow(grid, sweepOf(grid.data))),
    '',
    'The sweep was run whole. Of the others one run of each batch size was timed, from the command to its end;',
    'what an epoch more takes was measured in it, and the 18 were added up from that (the learning rate changes',
    'no time). Where a range stands, that was done several times, the sides in turn, and the median counts.',
    '',
  ]
  for (const { data, gaps = [], estimates, date } of grids) {
    if (gaps.length === 0) continue
    lines.push(
      `Between two runs of one trainer (${titles[data]}, ${date}): ${spread(gaps, 's')}, wanted < 1 s.`,
    )
    if (estimates) lines.push(estimatesLine(estimates))
  }
  if (registry) {
    const { runs, listMs, lookMs, eventMs, date } = registry
    lines.push(
      '',
      `A registry of ${runs} runs (${date}): listed in ${spread(listMs, 'ms')}, wanted < 200 ms; looked`,
      `through again in ${spread(lookMs, 'ms')}; a new event of a trainer at work beside them is there`,
      `after ${spread(eventMs, 'ms')}, wanted < 100 ms.`,
    )
  }
  return lines.join('\n')
}

const estimatesLine = ({ within20, worst }: NonNullable<GridTime['estimates']>): string =>
  `The time left that it showed after its first tenth was within 20 % at ${percent(within20)} of its steps, off by ${percent(worst)} at most.`

const percent = (share: number): string => `${Math.round(100 * share)} %`

const gridRow = (grid: GridTime, sweep: GridTime | undefined): string => {
  const ratio = sweep && grid.side !== 'sweep' ? grid.seconds / sweep.seconds : undefined
  const least = wanted[grid.side]
  const verdict = least === undefined || ratio === undefined ? '–' : verdictOf(ratio, least)
  const faster = ratio === undefined ? '–' : `**${ratio.toFixed(2)} ×**`
  const minutes = minutesOf(grid)
  return `| ${names[grid.side]} | ${titles[grid.data] ?? grid.data} | ${minutes} | ${faster} | ${verdict} |`
}

/** The median of the rounds, and their range. */
const minutesOf = ({ seconds, rounds = [] }: GridTime): string => {
  const minutes = (value: number) => (value / 60).toFixed(1)
  const range = `${minutes(Math.min(...rounds))} to ${minutes(Math.max(...rounds))}`
  return rounds.length > 1 ? `${minutes(seconds)} (${range})` : minutes(seconds)
}

const verdictOf = (ratio: number, least: number): string =>
  `${least.toFixed(1)} × ${ratio >= least ? '✓' : '✗'}`

const spread = (values: readonly number[], unit: string): string => {
  const digits = unit === 's' ? 2 : 0
  const most = Math.max(...values).toFixed(digits)
  return `median ${middleOf(values).toFixed(digits)} ${unit}, most ${most} ${unit}`
}
