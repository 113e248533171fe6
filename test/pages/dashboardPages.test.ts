import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../scripts/vscode/chromium.mjs'
import type { Comparison } from '../../src/core/compare/comparison.ts'
import type { SweepState } from '../../src/core/protocol/dashboard.ts'
import { DashboardPageAlone } from '../support/dashboardPage.ts'
import { generateSweep, paperShape } from '../support/finishedSweep.ts'
import { analysisOf, stateOf } from '../support/sweepStates.ts'

const limit = { timeout: 30_000, interval: 100 }
const small = { ...paperShape, trainExamples: 200, devExamples: 40 }

/** The dashboard's page alone: what it shows where there is little, much, or something wrong. */
describe('the dashboard’s page, never blank,', () => {
  let browser: Browser
  let alone: DashboardPageAlone

  const part = (testId: string) => alone.page.locator(`[data-testid="${testId}"]`).first()
  const text = async (testId: string) => ((await part(testId).textContent()) ?? '').trim()
  const show = (state: SweepState) => alone.send({ type: 'snapshot', seq: 1, trusted: true, state })
  const saved = () =>
    alone.requests.flatMap((request) => (request.type === 'save' ? [request.content] : []))
  const saveTable = async (menu: string) => {
    await part(menu).click()
    await alone.page.getByRole('menuitem', { name: 'Save as CSV…' }).click()
  }
  const lookAt = async (name: string) => {
    await alone.untilPainted()
    await alone.page.screenshot({ path: `test-results/screens/page-${name}.png` })
    expect(await alone.accessibilityFaults(axe.source)).toEqual([])
  }

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    alone = await DashboardPageAlone.open(browser, { clock: true })
  })
  afterEach(() => alone.page.close())

  it('says that it waits, and after a while offers a way on', async () => {
    await part('loading').waitFor()
    // An answer from before it asked may be lost: it asks once more by itself.
    // The clock runs by itself too: half of the three seconds are left for that.
    await alone.page.clock.runFor(1500)
    expect(alone.requests.map(({ type }) => type)).toEqual(['ready'])
    await alone.page.clock.runFor(1500)
    await expect.poll(() => alone.requests.map(({ type }) => type)).toEqual(['ready', 'resync'])
    await alone.page.clock.runFor(8000)
    await expect.poll(() => text('loading'), limit).toContain('Still reading')
    await lookAt('loading')
    await alone.page.getByText('Ask Again').click()
    await expect.poll(() => alone.requests.filter(({ type }) => type === 'ready').length).toBe(2)
    // Its page goes, and the focus with it: to the name of what came.
    await show(stateOf(generateSweep({ ...small, epochs: [3] })))
    await part('state').waitFor()
    expect(await alone.page.locator(':focus').getAttribute('data-testid')).toBe('name')
  })

  it('says that the extension is silent while a run trains, and that it answers again', async () => {
    const state = stateOf(generateSweep({ ...small, epochs: [3], unfinished: 3 }))
    await show(state)
    await part('state').waitFor()
    await alone.page.clock.runFor(50_000)
    await expect.poll(() => alone.requests.some(({ type }) => type === 'resync'), limit).toBe(true)
    await alone.page.clock.runFor(20_000)
    await expect.poll(() => text('notice'), limit).toContain('No news from the extension')
    await lookAt('disconnected')
    await show(state)
    await expect.poll(() => part('notice').isVisible(), limit).toBe(false)
  })

  it('says what failed, and how to go on', async () => {
    const state = stateOf(generateSweep({ ...small, epochs: [3], unfinished: 3 }))
    const [first] = state.runs
    if (!first) throw new Error('no run')
    first.state = 'failed'
    first.record.reason = 'The data file changed.'
    await show(state)
    await expect.poll(() => text('notice'), limit).toContain('The data file changed.')
    await lookAt('failed')
    await part('notice-resume').focus()
    await alone.page.keyboard.press('Enter')
    await expect.poll(() => alone.requests.map(({ type }) => type), limit).toContain('resume')
    // The button goes: the keys stay in the page, where a second Enter does no harm.
    first.state = 'queued'
    await show(state)
    await expect.poll(() => part('notice').isVisible(), limit).toBe(false)
    expect(await alone.page.locator(':focus').getAttribute('id')).toBe('tab-overview')
  })

  it('says which run diverged, and keeps its curve up to there', async () => {
    const state = stateOf(generateSweep({ ...small, epochs: [3] }))
    const [first] = state.runs
    if (!first) throw new Error('no run')
    first.state = 'diverged'
    first.record.reason = 'The loss became not a number at step 20.'
    delete first.record.metrics
    first.evaluations = []
    await show(state)
    await expect.poll(() => text('notice'), limit).toContain('A smaller learning rate')
    expect(await part('chart-loss').getAttribute('data-lines')).toBe('6')
    await lookAt('diverged')
  })

  it('says which run cannot be read, and shows the others', async () => {
    const state = stateOf(generateSweep({ ...small, epochs: [3] }))
    const [unread] = state.runs.splice(2, 1)
    await show(state)
    await expect.poll(() => text('notice'), limit).toContain(`run ${unread?.record.id}`)
    expect(await alone.page.locator('table.runs tr[data-run]').count()).toBe(5)
    await lookAt('unreadable-run')
  })

  it('says that none can be read, that there is none, or no sweep', async () => {
    const state = stateOf(generateSweep({ ...small, epochs: [3] }))
    await show({ ...state, runs: [] })
    await expect.poll(() => text('empty'), limit).toContain('None of its 6 runs can be read')
    await lookAt('empty')
    await alone.send({ type: 'missing', reason: 'There is no sweep here any more.' })
    await expect.poll(() => text('missing'), limit).toContain('There is no sweep here any more.')
    await lookAt('missing')
  })

  it('compares what is there, says why it cannot, and is walked through by keys alone', async () => {
    const generated = generateSweep(paperShape)
    await show(stateOf(generated))
    const ids = generated.runs.map(({ record }) => record.id)
    const [a = '', b = '', c = ''] = ids
    await alone.send({ type: 'showCompare', runs: [a, b, 'deleted', c] })
    await expect.poll(() => text('tab-compare'), limit).toBe('Compare (3)')
    expect(await text('compare-legend')).toContain(`A: ${a} · lr 2e-5 · batch 16 · 2 epochs`)
    await expect
      .poll(() => alone.requests.at(-1), limit)
      .toEqual({ type: 'compare', runs: [a, b, c] })
    const none = { confusion: null, groups: [] }
    const compared: Comparison = {
      runs: [a, b, c].map((run) => ({ run, ...none })),
      pairs: [],
      groupedBy: '',
      groupMetric: '',
      problem: 'The predictions could not be compared: the file is cut short.',
    }
    await alone.send({ type: 'comparison', comparison: compared })
    await expect.poll(() => text('verdicts'), limit).toContain('the file is cut short')
    const asked = alone.requests.length
    await alone.page.getByText('Read Them Again').click()
    await expect
      .poll(() => alone.requests.slice(asked), limit)
      .toContainEqual({
        type: 'compare',
        runs: [a, b, c],
      })
    const pair = { left: a, right: b, disagreements: 12, examples: 872, difference: null }
    const confusion = {
      labels: ['no', 'yes'],
      counts: [
        [400, 36],
        [30, 406],
      ],
    }
    await alone.send({
      type: 'comparison',
      comparison: {
        ...compared,
        runs: compared.runs.map((one) => ({ ...one, confusion })),
        pairs: [pair],
        problem: 'Run C has no predictions.',
      },
    })
    await expect.poll(() => text('verdicts'), limit).toContain('Run C has no predictions.')
    expect(await text('verdicts')).toContain('A and B differ on 12 of 872 dev examples')
    await lookAt('compare-problem')
    expect(await alone.walk('compare')).toEqual([
      'disagreements',
      'compare-config-menu',
      'setting: where they differ',
      expect.stringMatching(/^\d+ settings the same$/),
      'compare-metrics-menu',
      'metric: where they differ',
      expect.stringMatching(/^\d+ metrics? the same$/),
      'x-axis',
      'chart-metric-menu',
      'smoothing',
      'logarithmic',
      'chart-loss-menu',
      'compare-predictions-menu',
      ...[`A: ${a}`, `B: ${b}`, `C: ${c}`].map((name) => `Confusion matrix of ${name}`),
    ])
    const same = part('compare-config').locator('summary')
    await same.focus()
    await alone.page.keyboard.press('Enter')
    await alone.page.keyboard.press('Tab')
    expect(await alone.active()).toBe('setting: the same')
    await part('disagreements').focus()
    await alone.page.keyboard.press('Enter')
    await expect
      .poll(() => alone.requests.at(-1), limit)
      .toEqual({ type: 'disagreements', left: a, right: b })
    // Judged anew, its button keeps the focus, and what was open stays open.
    await alone.send({
      type: 'comparison',
      comparison: {
        ...compared,
        runs: compared.runs.map((one) => ({ ...one, confusion })),
        pairs: [{ ...pair, disagreements: 13 }],
      },
    })
    await expect.poll(() => text('disagreements'), limit).toBe('Show disagreements (13)')
    expect(await alone.active()).toBe('disagreements')
    expect(await part('compare-config').locator('details[open]').count()).toBe(1)
    await saveTable('compare-metrics-menu')
    await expect.poll(() => saved().at(-1), limit).toMatch(/^metric,A: /)
    await saveTable('compare-predictions-menu')
    await expect.poll(() => saved().at(-1), limit).toContain(`${a},confusion,no,yes,36,`)
  })

  it('of a sweep of one run is about that run', async () => {
    const shape = { ...small, learningRates: [2e-5], batchSizes: [16], epochs: [3] }
    await show(stateOf(generateSweep(shape)))
    await expect.poll(() => text('answer'), limit).toMatch(/^After epoch 3 of 3/)
    expect(await part('tab-compare').isVisible()).toBe(false)
    await lookAt('one-run')
  })

  it('of one parameter, and of four, has a grid all the same', async () => {
    const line = { ...small, batchSizes: [16], epochs: [3] }
    await show(stateOf(generateSweep(line)))
    await expect.poll(() => alone.page.locator('button.heat').count(), limit).toBe(3)
    await lookAt('grid-of-one-parameter')
    const state = stateOf(generateSweep(small))
    for (const [at, run] of state.runs.entries()) {
      const dropout = at % 2 ? 0.3 : 0.1
      run.record.config.dropout = dropout
      run.record.cell = `${run.record.cell}-${dropout}`
    }
    await show(state)
    await expect.poll(() => alone.page.locator('button.heat').count(), limit).toBe(18)
    await part('grid-y').selectOption('dropout')
    await expect.poll(() => alone.page.locator('.heat-map').count(), limit).toBeGreaterThan(3)
    await alone.page.locator('button.heat').first().click()
    await expect.poll(() => part('filter').inputValue(), limit).toMatch(/dropout=0\.[13]/)
    await expect.poll(() => alone.page.locator('button.heat:not(.faded)').count(), limit).toBe(1)
    await lookAt('grid-of-four-parameters')
  })

  it('of several seeds speaks of cells, and opens them', async () => {
    // Of fewer dev examples another cell is best by luck.
    const generated = generateSweep({ ...paperShape, epochs: [3], seeds: [1, 2, 3] })
    await show(stateOf(generated))
    await alone.send({ type: 'analysis', analysis: analysisOf(generated) })
    await expect.poll(() => text('answer'), limit).toMatch(/^lr 5e-5 · batch 16 is best/)
    const cells = alone.page.locator('button.heat')
    await expect.poll(() => cells.count(), limit).toBe(6)
    await expect.poll(() => cells.first().getAttribute('aria-label'), limit).toMatch(/ ± \d/)
    await lookAt('seeds')
    // Two seeds of a cell, which elsewhere look the same.
    const [a = '', b = ''] = generated.runs.map(({ record }) => record.id)
    await alone.send({ type: 'showCompare', runs: [a, b] })
    await expect
      .poll(() => text('compare-legend'), limit)
      .toMatch(/A: .* · seed 1\WB: .* · seed 2$/)
    const looks = await part('compare-legend')
      .locator('.legend-dash')
      .evaluateAll((dashes) => dashes.map((dash) => dash.getAttribute('data-dash')))
    expect(new Set(looks).size).toBe(2)
  })

  it('keeps the runs’ names in sight where their table is wider than the page', async () => {
    await alone.page.setViewportSize({ width: 340, height: 900 })
    await show(stateOf(generateSweep({ ...small, epochs: [3] })))
    const table = alone.page.locator('.runs-card .table-scroll')
    await expect.poll(() => table.locator('.id').count(), limit).toBe(6)
    const scrolled = await table.evaluate((frame) => {
      frame.scrollLeft = 10_000
      return frame.scrollLeft
    })
    expect(scrolled).toBeGreaterThan(100)
    const frame = await table.boundingBox()
    for (const name of await table.locator('.id, th[data-column="run"]').all())
      expect((await name.boundingBox())?.x).toBeCloseTo(frame?.x ?? 0, 0)
  })

  it('of 500 runs has only the rows that are seen, and scrolls to the last', async () => {
    const generated = generateSweep({
      ...small,
      learningRates: [1e-5, 2e-5, 3e-5, 4e-5, 5e-5],
      batchSizes: [8, 16, 32, 64],
      epochs: [1, 2, 3, 4, 5],
      seeds: [1, 2, 3, 4, 5],
      trainExamples: 64,
      devExamples: 10,
    })
    const state = stateOf(generated)
    expect(state.runs).toHaveLength(500)
    // Each a cell of its own: 500 lines.
    for (const run of state.runs) run.record.cell = run.record.id
    await show(state)
    const rows = alone.page.locator('table.runs tbody tr[data-row]')
    await expect.poll(() => rows.count(), limit).toBeGreaterThan(5)
    expect(await rows.count()).toBeLessThan(60)
    await rows.first().focus()
    await alone.page.keyboard.press('End')
    await expect
      .poll(() => alone.page.locator('tr[data-row]:focus').getAttribute('aria-rowindex'), limit)
      .toMatch(/^50\d$/)
    await lookAt('500-runs')
    // Scrolled out of sight it keeps the focus, and the keys go on from it.
    const frame = alone.page.locator('.runs-card .table-scroll')
    const focused = alone.page.locator('tr[data-row]:focus')
    await frame.evaluate((node) => node.scrollTo(0, 0))
    await expect.poll(() => rows.first().getAttribute('aria-rowindex'), limit).toBe('2')
    expect(await focused.getAttribute('aria-rowindex')).toBe('501')
    const { height, wanted } = await frame.evaluate((node) => ({
      height: node.scrollHeight,
      wanted: 500 * (node.querySelector('tr[data-row]') as HTMLElement).offsetHeight,
    }))
    expect(Math.abs(height - wanted)).toBeLessThan(60)
    await alone.page.keyboard.press('ArrowUp')
    expect(await focused.getAttribute('aria-rowindex')).toBe('500')
    await expect(focused.isVisible()).resolves.toBe(true)
    await alone.page.keyboard.press('Home')
    await frame.evaluate((node) => node.scrollTo(0, node.scrollHeight))
    await expect.poll(() => rows.last().getAttribute('aria-rowindex'), limit).toBe('501')
    expect(await focused.getAttribute('aria-rowindex')).toBe('2')
  })
})
