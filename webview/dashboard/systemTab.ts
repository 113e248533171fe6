import { toCsv } from '../../src/core/export/csv.ts'
import { formatCount, formatDuration, formatSpeed, stepTime } from '../../src/core/runs/describe.ts'
import type { RunState } from '../../src/core/runs/runState.ts'
import { Card, plainTable, scrolling } from '../ui/card.ts'
import { ChartCard } from '../ui/chartCard.ts'
import { element } from '../ui/dom.ts'
import type { Exporter } from '../ui/exporter.ts'
import { axisNames, formatOnAxis } from './axes.ts'
import type { CurveContext } from './curveCards.ts'
import { endOf, SeriesMaker } from './curveSeries.ts'
import { nameOfRun, type SweepView } from './sweepView.ts'
import type { View } from './view.ts'
import { formatParameter, shortParameterName } from './words.ts'

const mostRows = 100

/** How fast, on what, with how much memory. */
export class SystemTab {
  readonly root = element('div', { class: 'tab-page' })
  readonly speed: ChartCard
  private readonly table: Card
  /** Stays while its table is made anew, several times a second as runs train: so do focus and place. */
  private readonly frame = scrolling('Machine and speed of each run')
  private readonly series = new SeriesMaker()
  private rows: string[][] = []
  private shown = ''

  constructor(
    private readonly view: View,
    exporter: Exporter,
  ) {
    this.speed = new ChartCard({
      title: 'Step time',
      testId: 'chart-speed',
      exporter,
      events: {
        onHover: (id) => view.hover(id === undefined ? [] : [id]),
        onZoom: view.zoomTo.bind(view),
      },
    })
    this.table = new Card({
      title: 'Machine and speed',
      testId: 'system',
      menu: () => [
        { label: 'Save as CSV…', run: () => exporter.saveCsv('system', toCsv(this.rows)) },
      ],
    })
    this.table.body.append(this.frame)
    this.root.append(this.speed.root, this.table.root)
  }

  update({ sweep, encoding, runs, detail, theme }: CurveContext): void {
    const { xAxis, smoothing } = this.view.saved
    this.speed.update(
      {
        title: 'Step time',
        subtitle: `ms an optimizer step, by ${axisNames[xAxis]}${smoothing > 0 ? `, smoothed ${smoothing}` : ''}`,
        series: this.series.curve(runs, 'speed', smoothing, {
          view: sweep,
          encoding,
          xAxis,
          detail,
        }),
        formatValue: (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`,
        formatTick: (value) => String(Number(value.toPrecision(4))),
        formatX: (value) => formatOnAxis(xAxis, value),
        xName: axisNames[xAxis],
        endOfX: Math.max(0, ...runs.map((run) => endOf(run, xAxis))),
        zoom: this.view.zoom,
        points: runs.reduce((sum, run) => sum + run.step, 0),
        emptyText: 'No steps yet.',
      },
      theme,
    )
    const shownRuns = runs
      .filter(({ step, state }) => step > 0 || state === 'done')
      .slice(0, mostRows)
    this.rows = [
      [
        'run',
        ...sweep.varying.map(shortParameterName),
        'examples/s',
        'step',
        'memory',
        'device',
        'precision',
        'tensors alive',
        'weights',
        'time',
      ],
      ...shownRuns.map((run) => rowOf(run, sweep)),
    ]
    const note = runs.length > mostRows ? `the first ${mostRows} of ${runs.length} runs` : ''
    this.table.head('Machine and speed', note)
    const signature = JSON.stringify(this.rows)
    if (signature === this.shown) return
    this.shown = signature
    this.frame.replaceChildren(plainTable(this.rows))
  }

  highlight(runs: ReadonlySet<string>): void {
    this.speed.highlight(runs)
  }
}

const rowOf = (run: RunState, { marks, varying }: SweepView): string[] => {
  const { record } = run
  const step = stepTime(run)
  const environment = record.environment ?? {}
  return [
    nameOfRun(marks, record.id),
    ...varying.map((name) => formatParameter(name, record.config[name])),
    run.examplesPerSecond ? formatSpeed(run.examplesPerSecond).replace(' examples/s', '') : '–',
    step === null ? '–' : `${step < 100 ? step.toFixed(1) : Math.round(step)} ms`,
    record.peakMemoryMB === undefined ? '–' : `${(record.peakMemoryMB / 1024).toFixed(2)} GB`,
    [record.config.backend, environment.device ?? ''].filter(Boolean).join(', '),
    record.config.precision,
    record.tensors === undefined ? '–' : formatCount(record.tensors),
    run.parameters > 0 ? `${formatCount(Math.round(run.parameters / 1e5) / 10)} M` : '–',
    record.seconds === undefined ? '–' : formatDuration(record.seconds),
  ]
}
