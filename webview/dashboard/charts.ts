import { formatLoss, formatRate, metricLabel } from '../../src/core/runs/describe.ts'
import type { RunState } from '../../src/core/runs/runState.ts'
import { ChartCard } from '../ui/chartCard.ts'
import { slider } from '../ui/controls.ts'
import { element } from '../ui/dom.ts'
import type { ThemeColors } from '../ui/theme.ts'
import { SeriesMaker } from './series.ts'

/** The charts, all by step. */
export class Charts {
  readonly root: HTMLElement
  private readonly series = new SeriesMaker()
  private readonly loss: ChartCard
  private readonly score = new ChartCard({ title: 'Dev score', testId: 'chart-metric' })
  private readonly rate = new ChartCard({ title: 'Learning rate', testId: 'chart-rate' })

  constructor(
    private smoothing: number,
    onSmoothing: (weight: number) => void,
  ) {
    const smoothingSlider = slider({
      label: 'Smoothing',
      min: 0,
      max: 0.98,
      step: 0.02,
      value: smoothing,
      testId: 'smoothing',
      onInput: (weight) => {
        this.smoothing = weight
        onSmoothing(weight)
      },
    })
    this.loss = new ChartCard({ title: 'Train loss', testId: 'chart-loss', extra: smoothingSlider })
    this.root = element('div', { class: 'charts' }, this.loss.root, this.score.root, this.rate.root)
  }

  update(runs: readonly RunState[], theme: ThemeColors): void {
    const endOfX = Math.max(...runs.map((run) => Math.max(run.totalSteps, run.step)), 1)
    const points = runs.reduce((sum, run) => sum + run.curves.step.length, 0)
    const many = runs.length > 1
    const key = many ? 'colour: learning rate · dashes: batch size · bold: best' : 'by step'
    const metric = metricLabel(runs[0]?.record.config.selectionMetric ?? 'accuracy')
    this.loss.update(
      'Train loss',
      many ? `by step, smoothed` : 'by step; faint: each step, line: smoothed',
      this.series.loss(runs, this.smoothing, theme),
      {
        formatValue: formatLoss,
        formatTick: shortNumber,
        endOfX,
        points,
        emptyText: firstStepText,
      },
      theme,
    )
    this.score.update(
      `Dev ${metric}`,
      many ? key : 'after each epoch',
      this.series.score(runs, theme),
      {
        formatValue: (value) => (value * 100).toFixed(1),
        formatTick: (value) => shortNumber(value * 100),
        endOfX,
        points: runs.reduce((sum, run) => sum + run.evaluations.length, 0),
        emptyText: 'Scored after each epoch.',
      },
      theme,
    )
    this.rate.update(
      'Learning rate',
      'warm-up, then linear decay to 0',
      this.series.learningRate(runs, theme),
      { formatValue: formatRate, endOfX, points, emptyText: firstStepText },
      theme,
    )
  }
}

const firstStepText = 'No steps yet.'

/** Without the noise that binary fractions leave: 0.30000000000000004 → 0.3. */
const shortNumber = (value: number): string => String(Number(value.toPrecision(6)))
