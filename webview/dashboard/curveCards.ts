import { formatLoss, formatRate, metricLabel } from '../../src/core/runs/describe.ts'
import type { Curves, RunState } from '../../src/core/runs/runState.ts'
import { ChartCard, type ChartContent } from '../ui/chartCard.ts'
import { check, select, slider } from '../ui/controls.ts'
import { element } from '../ui/dom.ts'
import type { Exporter } from '../ui/exporter.ts'
import type { Series } from '../ui/series.ts'
import type { ThemeColors } from '../ui/theme.ts'
import { axisNames, formatOnAxis } from './axes.ts'
import { endOf, SeriesMaker } from './curveSeries.ts'
import { dashPlace, type Encoding, type RunStyle } from './encoding.ts'
import type { SweepView } from './sweepView.ts'
import { type View, type XAxis, xAxes } from './view.ts'
import { parameterName } from './words.ts'

export interface CurveContext {
  readonly sweep: SweepView
  readonly encoding: Encoding
  /** Those that filter and marks leave over. */
  readonly runs: readonly RunState[]
  readonly detail: ReadonlyMap<string, Curves>
  readonly theme: ThemeColors
}

/** More learning rates over each other are a block of colour. */
const mostRates = 60

/** Dev metric, train loss and learning rate: all runs at once, on one axis and one zoom. */
export class CurveCards {
  readonly score: ChartCard
  readonly loss: ChartCard
  readonly rate: ChartCard
  private readonly series = new SeriesMaker()
  private shown: CurveContext | undefined

  constructor(
    private readonly view: View,
    exporter: Exporter,
  ) {
    const events = {
      onHover: (id: string | undefined) => view.hover(id === undefined ? [] : [id]),
      onZoom: view.zoomTo.bind(view),
    }
    const card = (title: string, testId: string, controls: readonly HTMLElement[] = []) =>
      new ChartCard({ title, testId, controls, exporter, events })
    this.score = card('Dev score', 'chart-metric', [this.axisPicker()])
    this.loss = card('Train loss', 'chart-loss', this.lossControls())
    this.rate = card('Learning rate', 'chart-rate')
  }

  update(shown: CurveContext): void {
    this.shown = shown
    const { sweep, encoding, runs, detail, theme } = shown
    const { smoothing, xAxis, logarithmic } = this.view.saved
    const context = { view: sweep, encoding, xAxis, detail }
    const many = sweep.runs.length > 1
    const steps = runs.reduce((sum, run) => sum + run.step, 0)
    const shared = {
      formatX: (value: number) => formatOnAxis(xAxis, value),
      xName: axisNames[xAxis],
      endOfX: Math.max(0, ...runs.map((run) => endOf(run, xAxis))),
      zoom: this.view.zoom,
      points: steps,
      emptyText: noLineText(sweep.runs.length, runs.length),
    } satisfies Partial<ChartContent>
    const by = `by ${axisNames[xAxis]}`
    const tooMany = runs.length > mostRates
    this.score.update(
      {
        ...shared,
        title: `Dev ${metricLabel(sweep.metric)}`,
        subtitle: many
          ? `${by} · ${runs.length === sweep.runs.length ? `all ${runs.length}` : `${runs.length} of ${sweep.runs.length}`} runs`
          : 'after each epoch',
        series: this.series.score(runs, context),
        formatValue: (value) => (value * 100).toFixed(1),
        formatTick: (value) => shortNumber(value * 100),
        points: runs.reduce((sum, run) => sum + run.evaluations.length, 0),
        emptyText: runs.length === 0 ? shared.emptyText : 'Scored after each epoch.',
        level: levelOf(sweep),
      },
      theme,
    )
    this.loss.update(
      {
        ...shared,
        title: 'Train loss',
        subtitle: smoothing > 0 ? `${by}, smoothed ${smoothing}` : by,
        series: this.series.loss(runs, smoothing, context),
        formatValue: formatLoss,
        formatTick: shortNumber,
        logarithmic,
      },
      theme,
    )
    this.rate.update(
      {
        ...shared,
        title: 'Learning rate',
        subtitle: many ? by : 'warm-up, then linear decay to 0',
        // Steps of a schedule say nothing where so many lie over each other.
        series: tooMany ? [] : this.series.curve(runs, 'learningRate', 0, context),
        formatValue: formatRate,
        emptyText: tooMany
          ? `Drawn for up to ${mostRates} runs: filter the ${runs.length} to see theirs.`
          : shared.emptyText,
      },
      theme,
    )
  }

  highlight(runs: ReadonlySet<string>): void {
    this.score.highlight(runs)
    this.rate.highlight(runs)
    this.loss.highlight(runs, this.rawOf(runs))
  }

  /** Where there are few runs their raw losses stand there anyway. */
  private rawOf(ids: ReadonlySet<string>): Series[] {
    if (!this.shown || this.series.hasRaw(this.shown.runs)) return []
    const { sweep, encoding, runs, detail } = this.shown
    const { smoothing, xAxis } = this.view.saved
    const lit = runs.filter(({ record }) => ids.has(record.id))
    return this.series.rawBeside(lit, smoothing, { view: sweep, encoding, xAxis, detail })
  }

  private axisPicker(): HTMLElement {
    return select({
      label: 'by',
      value: this.view.saved.xAxis,
      testId: 'x-axis',
      choices: xAxes.map((axis) => ({ value: axis, label: axisNames[axis] })),
      onChange: (value) => this.view.set({ xAxis: value as XAxis }),
    })
  }

  private lossControls(): HTMLElement[] {
    return [
      slider({
        label: 'Smoothing',
        min: 0,
        max: 0.98,
        step: 0.02,
        value: this.view.saved.smoothing,
        testId: 'smoothing',
        onInput: (smoothing) => this.view.set({ smoothing }),
      }),
      check({
        label: 'log',
        checked: this.view.saved.logarithmic,
        testId: 'logarithmic',
        onChange: (logarithmic) => this.view.set({ logarithmic }),
      }),
    ]
  }
}

/** What the lines' looks mean, in signs and words. */
export class Legend {
  readonly root = element('p', { class: 'legend' })
  private shown = ''

  update(sweep: SweepView, encoding: Encoding): void {
    const { colorBy, dashBy } = encoding
    const signature = JSON.stringify([
      colorBy && sweep.valuesOf[colorBy].map((value) => [value, encoding.colorOf(value)]),
      dashBy && sweep.valuesOf[dashBy],
      sweep.best !== undefined,
    ])
    if (signature === this.shown) return
    this.shown = signature
    const items: HTMLElement[] = []
    if (colorBy) {
      items.push(element('span', { class: 'legend-name' }, parameterName(colorBy)))
      for (const value of sweep.valuesOf[colorBy]) {
        items.push(
          entry(encoding.colorOf(value), encoding.markerOf(value), axisValue(colorBy, value)),
        )
      }
    }
    if (dashBy) {
      items.push(element('span', { class: 'legend-name' }, parameterName(dashBy)))
      for (const [at, value] of sweep.valuesOf[dashBy].entries()) {
        items.push(dashEntry(at, axisValue(dashBy, value)))
      }
    }
    if (sweep.best) items.push(element('span', { class: 'legend-best' }, 'best'))
    this.root.replaceChildren(...items)
    this.root.hidden = items.length === 0
  }
}

/** One run's look beside its name. */
export const runEntry = (style: RunStyle, text: string): HTMLElement => {
  const node = entry(style.color, style.marker, text)
  const line = dashSample(dashPlace(style))
  line.style.color = style.color
  node.firstElementChild?.after(line)
  return node
}

const axisValue = (parameter: Parameters<typeof parameterName>[0], value: number): string =>
  parameter === 'learningRate' ? formatRate(value) : String(value)

const signs: Record<string, string> = {
  circle: '●',
  triangle: '▲',
  rect: '■',
  rectRot: '◆',
  cross: '✚',
  star: '✱',
}

const entry = (color: string, marker: string, text: string): HTMLElement => {
  const sign = element('span', { 'aria-hidden': 'true' }, signs[marker] ?? '●')
  sign.style.color = color
  return element('span', { class: 'legend-entry' }, sign, text)
}

const dashEntry = (at: number, text: string): HTMLElement =>
  element('span', { class: 'legend-entry' }, dashSample(at), text)

const dashSample = (at: number): HTMLElement =>
  element('span', { class: 'legend-dash', 'data-dash': String(at), 'aria-hidden': 'true' })

const levelOf = ({ analysis }: SweepView) =>
  analysis?.baseline === null || analysis?.baseline === undefined
    ? undefined
    : { value: analysis.baseline, label: `a guess: ${(analysis.baseline * 100).toFixed(1)}` }

const noLineText = (all: number, shown: number): string =>
  all > 0 && shown === 0 ? 'No run fits the filter.' : 'No steps yet.'

/** Without the noise that binary fractions leave: 0.30000000000000004 → 0.3. */
const shortNumber = (value: number): string => String(Number(value.toPrecision(6)))
