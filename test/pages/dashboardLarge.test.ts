import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../scripts/vscode/chromium.mjs'
import { DashboardPageAlone } from '../support/dashboardPage.ts'
import { generateSweep, paperShape } from '../support/finishedSweep.ts'
import { hostileNames as hostile } from '../support/hostileNames.ts'
import { analysisOf, largeState, stateOf } from '../support/sweepStates.ts'

const limit = { timeout: 30_000, interval: 100 }

const largeShape = {
  ...paperShape,
  learningRates: [1e-5, 2e-5, 3e-5, 5e-5, 8e-5],
  batchSizes: [8, 16, 32, 64],
  epochs: [1, 2, 3, 4, 5],
  seeds: [1, 2],
  trainExamples: 64,
  devExamples: 20,
}

const step = {
  type: 'step',
  time: 0,
  epoch: 2.5,
  loss: 0.2,
  learningRate: 1e-6,
  stepMs: 300,
  examples: 8,
} as const

describe('the dashboard’s page alone', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  it('draws 200 runs of 5,000 points, and tells how long that takes', async () => {
    const alone = await DashboardPageAlone.open(browser)
    const generated = generateSweep(largeShape)
    const state = largeState(generated, 5000)
    expect(state.runs).toHaveLength(200)
    const size = JSON.stringify(state).length
    const paint = await alone.sendMeasured({ type: 'snapshot', seq: 1, trusted: true, state })
    await alone.send({ type: 'analysis', analysis: analysisOf(generated) })
    await alone.untilPainted()
    const id = state.runs[0]?.record.id ?? ''
    const running = { type: 'state', run: id, state: 'running' } as const
    await alone.send({ type: 'delta', seq: 2, changes: [running] })
    await alone.untilPainted()
    const deltas: number[] = []
    for (let at = 1; at <= 20; at++) {
      const event = { ...step, seq: at, step: 5000 + at }
      const change = { type: 'event', run: id, event } as const
      const { script } = await alone.sendMeasured({ type: 'delta', seq: 2 + at, changes: [change] })
      deltas.push(script)
    }
    const hover = await alone.framesWhileHovering('chart-loss')
    const memory = await alone.heapMB()
    await alone.page.screenshot({ path: 'test-results/screens/large.png' })
    console.log(
      `200 runs × 5,000 points, ${(size / 1e6).toFixed(1)} MB snapshot: first paint ${paint.all.toFixed(0)} ms (${paint.script.toFixed(0)} ms script), delta median ${median(deltas).toFixed(1)} ms script, worst ${Math.max(...deltas).toFixed(1)} ms, hover ${hover.toFixed(0)} frames/s, heap ${memory.toFixed(0)} MB`,
    )
    expect(await alone.page.locator('[data-testid="chart-loss"]').getAttribute('data-lines')).toBe(
      '200',
    )
    expect(await alone.page.locator('table.runs tbody tr[data-row]').count()).toBeLessThan(60)
    const rates = alone.page.locator('section.card', {
      has: alone.page.locator('[data-testid="chart-rate"]'),
    })
    expect(await rates.textContent()).toContain('filter the 200 to see theirs')
    await alone.page.close()
  })

  it('shows names as nobody should choose them as text, and nothing else', async () => {
    const alone = await DashboardPageAlone.open(browser)
    const generated = generateSweep({
      ...paperShape,
      epochs: [3],
      names: { sweep: hostile.join(' '), labels: hostile },
    })
    const state = stateOf(generated)
    for (const [at, run] of state.runs.entries()) {
      const name = hostile[at % hostile.length] ?? ''
      state.marks = {
        ...state.marks,
        runs: { ...state.marks.runs, [run.record.id]: { name: name.slice(0, 200) } },
      }
      run.record.config.model = name
    }
    await alone.send({ type: 'snapshot', seq: 1, trusted: true, state })
    await expect.poll(() => alone.page.locator('h1').textContent(), limit).toContain('<img src=x')
    await alone.page.waitForTimeout(200)
    expect(await alone.page.title()).toBe('Dashboard')
    expect(await alone.page.locator('main img').count()).toBe(0)
    const wide = await alone.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(wide).toBeLessThanOrEqual(0)
    await alone.page.screenshot({ path: 'test-results/screens/hostile.png' })
    await alone.page.close()
  })

  it('is never blank: loading, missing, empty, failed', async () => {
    const alone = await DashboardPageAlone.open(browser)
    await alone.page.locator('[data-testid="loading"]').waitFor()
    await alone.send({ type: 'missing', reason: 'There is no sweep here any more.' })
    await alone.page.locator('[data-testid="missing"] vscode-button').first().waitFor()
    const generated = generateSweep({ ...paperShape, epochs: [3], unfinished: 3 })
    const state = stateOf(generated)
    await alone.send({ type: 'snapshot', seq: 1, trusted: true, state: { ...state, runs: [] } })
    await alone.page.locator('[data-testid="empty"]').waitFor()
    const [first] = state.runs
    if (!first) throw new Error('no run')
    first.state = 'failed'
    first.record.reason = 'The data file changed.'
    await alone.send({ type: 'snapshot', seq: 2, trusted: true, state })
    await alone.page
      .locator('[data-testid="notice"]', { hasText: 'The data file changed.' })
      .waitFor()
    await alone.page.screenshot({ path: 'test-results/screens/running-sweep.png' })
    await alone.page.close()
  })
})

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
