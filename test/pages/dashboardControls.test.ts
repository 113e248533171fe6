import fs from 'node:fs'
import path from 'node:path'
import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../scripts/vscode/chromium.mjs'
import { DashboardPageAlone } from '../support/dashboardPage.ts'
import { type GeneratedSweep, generateSweep, paperShape } from '../support/finishedSweep.ts'
import { repository } from '../support/sources.ts'
import { analysisOf, stateOf } from '../support/sweepStates.ts'

const limit = { timeout: 30_000, interval: 100 }

/** The dashboard's page alone: its switches, menus and keys, and what they lead to. */
describe('the dashboard’s controls', () => {
  let browser: Browser
  let alone: DashboardPageAlone
  let generated: GeneratedSweep

  const part = (testId: string) => alone.page.locator(`[data-testid="${testId}"]`).first()
  const text = async (testId: string) => ((await part(testId).textContent()) ?? '').trim()
  const press = (key: string) => alone.page.keyboard.press(key)
  const menu = async (testId: string, entry: string) => {
    await part(testId).click()
    await alone.page.getByRole('menuitem', { name: entry, exact: true }).click()
  }
  const picture = (testId: string) =>
    part(testId).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
  const focusedName = () =>
    alone.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
  const saved = () =>
    alone.requests.flatMap((request) => (request.type === 'save' ? [request.content] : []))
  const lookAt = async (name: string) => {
    await alone.untilPainted()
    await alone.page.screenshot({ path: `test-results/screens/controls-${name}.png` })
    expect(await alone.accessibilityFaults(axe.source)).toEqual([])
  }

  beforeAll(async () => {
    browser = await launchBrowser()
    generated = generateSweep(paperShape)
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    alone = await DashboardPageAlone.open(browser, { size: { width: 1400, height: 1700 } })
    await alone.send({ type: 'snapshot', seq: 1, trusted: true, state: stateOf(generated) })
    await part('chart-loss').waitFor()
    await alone.untilPainted()
  })
  afterEach(() => alone.page.close())

  it('draw the loss smoothed or not, on a logarithmic axis, and by epoch', async () => {
    const loss = alone.page.locator('section.card', { has: part('chart-loss') })
    const asAtFirst = await picture('chart-loss')
    await part('smoothing').fill('0')
    await expect.poll(() => loss.locator('.subtitle').textContent(), limit).toBe('by step')
    await alone.untilPainted()
    const raw = await picture('chart-loss')
    expect(raw).not.toBe(asAtFirst)
    await part('logarithmic').check()
    await expect.poll(() => picture('chart-loss'), limit).not.toBe(raw)
    await part('x-axis').selectOption('epoch')
    await expect.poll(() => loss.locator('.subtitle').textContent(), limit).toBe('by epoch')
    await menu('chart-loss-menu', 'Show as table')
    await expect
      .poll(() => loss.locator('.chart-table tbody th').last().textContent(), limit)
      .toBe('4')
  })

  it('zoom into a curve and along it, by keyboard', async () => {
    await menu('chart-loss-menu', 'Zoom in')
    await expect.poll(() => part('chart-loss').getAttribute('data-zoomed'), limit).toBe('true')
    await alone.untilPainted()
    const name = () => part('chart-loss').getAttribute('aria-label')
    const before = await picture('chart-loss')
    // Of 1,252 steps the half in the middle.
    expect(await name()).toContain(' 313 to 939 on the axis step.')
    await part('chart-loss-menu').focus()
    await press('Enter')
    const later = alone.page.getByRole('menuitem', { name: 'Later', exact: true })
    while (!(await later.evaluate((entry) => entry === document.activeElement)))
      await press('ArrowDown')
    await press('Enter')
    await expect.poll(name, limit).toContain(' 522 to 1,148 on the axis step.')
    await expect.poll(() => picture('chart-loss'), limit).not.toBe(before)
    await menu('chart-loss-menu', 'Earlier')
    await expect.poll(name, limit).toContain(' 313 to 939 on the axis step.')
    await menu('chart-loss-menu', 'Show all')
    await expect.poll(() => part('chart-loss').getAttribute('data-zoomed'), limit).toBe('false')
  })

  it('go from cell to cell of the grid with the arrow keys, and past a map’s edge', async () => {
    const first = alone.page.locator('button.heat').first()
    await first.focus()
    expect(await focusedName()).toMatch(/^lr 2e-5, batch 16, 2 epochs/)
    for (const [key, reached] of [
      ['ArrowRight', 'lr 3e-5, batch 16, 2 epochs'],
      ['ArrowDown', 'lr 3e-5, batch 32, 2 epochs'],
      ['ArrowRight', 'lr 5e-5, batch 32, 2 epochs'],
      ['ArrowRight', 'lr 2e-5, batch 32, 3 epochs'],
      ['ArrowLeft', 'lr 5e-5, batch 32, 2 epochs'],
      ['ArrowUp', 'lr 5e-5, batch 16, 2 epochs'],
    ] as const) {
      await press(key)
      expect((await focusedName()).startsWith(reached), key).toBe(true)
    }
    // Its runs are lit wherever they are, and Enter filters by it.
    await expect.poll(() => alone.page.locator('tr.lit').count(), limit).toBe(1)
    await press('Enter')
    await expect.poll(() => part('filter').inputValue(), limit).toBe('lr=5e-5 batch=16 epochs=2')
    await lookAt('filtered')
    await press('Enter')
    await expect.poll(() => part('filter').inputValue(), limit).toBe('')
  })

  it('go from page to page with the arrow keys', async () => {
    await part('tab-overview').focus()
    for (const tab of ['parameters', 'system', 'compare', 'overview']) {
      await press('ArrowRight')
      await expect.poll(() => part(`tab-${tab}`).getAttribute('aria-selected'), limit).toBe('true')
      expect(await part(`tab-${tab}`).evaluate((node) => node === document.activeElement)).toBe(
        true,
      )
    }
    await press('ArrowLeft')
    await expect.poll(() => part('tab-compare').getAttribute('aria-selected'), limit).toBe('true')
  })

  it('choose two runs, compare them and come back, with keys alone', async () => {
    const focused = () => alone.page.evaluate(() => document.activeElement?.id ?? '')
    const rowFocused = () => alone.page.locator('tr[data-row]:focus').getAttribute('aria-rowindex')
    await part('filter').focus()
    await press('Tab')
    // Nothing to compare yet: *Columns* is next, then the heads, then the table.
    while (!(await alone.page.evaluate(() => document.activeElement?.matches('tr[data-row]'))))
      await press('Tab')
    await press('s')
    await press('Space')
    await press('ArrowDown')
    await press('Space')
    expect(await rowFocused()).toBe('3')
    expect(alone.requests.some((request) => request.type === 'mark')).toBe(true)
    await expect.poll(() => text('compare'), limit).toBe('Compare 2')
    while (
      (await alone.page.evaluate(() => document.activeElement?.getAttribute('data-testid'))) !==
      'compare'
    )
      await press('Shift+Tab')
    await press('Enter')
    await part('compare-config').waitFor()
    expect(await focused()).toBe('tab-compare')
    await press('Home')
    await expect.poll(focused, limit).toBe('tab-overview')
    await part('filter').waitFor()
    await press('End')
    await expect.poll(focused, limit).toBe('tab-compare')
  })

  it('hide and move columns, and sort by them', async () => {
    const columns = () =>
      alone.page
        .locator('table.runs thead th[data-column]')
        .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-column')))
    const values = (column: string) =>
      alone.page.locator('table.runs').evaluate((table, name) => {
        const heads = [...table.querySelectorAll('thead th')]
        const at = heads.findIndex((head) => head.getAttribute('data-column') === name)
        return [...table.querySelectorAll('tbody tr[data-row]')].map((row) =>
          Number(row.children[at]?.textContent),
        )
      }, column)
    expect((await columns()).slice(0, 5)).toEqual(['run', 'state', 'score', 'spread', 'lr'])
    await part('columns').click()
    await alone.page.locator('.column-list [data-column="spread"]').uncheck()
    await alone.page.locator('.column-list [data-column="seed"]').check()
    await expect.poll(columns, limit).not.toContain('spread')
    await expect.poll(columns, limit).toContain('seed')
    // Listed anew with what is ticked, the boxes keep the keys; Escape closes them.
    const box = () => alone.page.locator(':focus').getAttribute('data-column')
    await press('Space')
    await expect.poll(columns, limit).not.toContain('seed')
    expect(await box()).toBe('seed')
    await press('Space')
    await expect.poll(columns, limit).toContain('seed')
    await press('Escape')
    expect(await alone.page.locator('.column-list').isVisible()).toBe(false)
    await alone.page.locator('vscode-button[data-testid="columns"]:focus').waitFor()
    const epochs = alone.page.locator('th[data-column="epochs"]')
    await epochs.locator('button').click()
    await expect.poll(() => epochs.getAttribute('aria-sort'), limit).toBe('descending')
    expect((await values('epochs'))[0]).toBe(4)
    await epochs.locator('button').click()
    await expect.poll(() => epochs.getAttribute('aria-sort'), limit).toBe('ascending')
    expect((await values('epochs'))[0]).toBe(2)
    const place = (await columns()).indexOf('epochs')
    await press('Alt+ArrowLeft')
    await expect.poll(async () => (await columns()).indexOf('epochs'), limit).toBe(place - 1)
    await menu('runs-menu', 'Columns as at first')
    await expect.poll(columns, limit).toContain('spread')
  })

  it('show what each setting does, as a chart and as a table', async () => {
    expect(await part('effects').isVisible()).toBe(false)
    await alone.send({ type: 'analysis', analysis: analysisOf(generated) })
    await expect
      .poll(() => part('chart-effects').getAttribute('aria-label'), limit)
      .toContain('Best learning rate: 5e-5.')
    await menu('effects-menu', 'Show as table')
    // Three rates, two batch sizes, three numbers of epochs.
    await expect.poll(() => part('effects').locator('tbody tr').count(), limit).toBe(8)
    await menu('effects-menu', 'Show as chart')
    await expect.poll(() => part('chart-effects').isVisible(), limit).toBe(true)
    await menu('effects-menu', 'Save as CSV…')
    await expect
      .poll(() => saved().at(-1), limit)
      .toMatch(/^setting,mean,low,high\r?\nlearning rate/)
  })

  it('set which task of the paper the data stand for', async () => {
    expect(await text('footnotes')).toContain('guessed')
    await part('paper-task').selectOption('cola')
    await expect.poll(() => text('footnotes'), limit).toContain('CoLA: Matthews correlation')
    expect(await text('footnotes')).not.toContain('guessed')
    await menu('paper-menu', 'Show as table')
    const rows = part('paper').locator('tbody tr')
    await expect.poll(() => rows.first().textContent(), limit).toBe('Previous best35.0')
    expect(await rows.last().textContent()).toMatch(/^Best run here\d\d\.\d[+−]\d+\.\d$/)
    expect(await text('footnotes')).not.toContain('The axis begins')
    await lookAt('paper-table')
    await menu('paper-menu', 'Save as CSV…')
    await expect.poll(() => saved().at(-1), limit).toContain('BERT-Large,60.5,+25.5')
    await part('paper-task').selectOption('none')
    await expect.poll(() => text('paper'), limit).toContain('none of the paper’s tasks')
  })

  it('filter by an axis of the parameters with keys alone, and show them as a table', async () => {
    await part('tab-parameters').click()
    const lr = alone.page.locator('.brush[data-axis="lr"]')
    await lr.focus()
    await press('ArrowUp')
    await expect.poll(() => lr.getAttribute('aria-valuetext'), limit).toBe('lr=2e-5')
    await press('End')
    await expect.poll(() => lr.getAttribute('aria-valuetext'), limit).toBe('lr=5e-5')
    await alone.page.locator('.brush[data-axis="accuracy"]').focus()
    await press('ArrowUp')
    await lookAt('brushed')
    await menu('parallel-menu', 'Show as table')
    const rows = part('parallel').locator('tbody tr')
    await expect.poll(() => rows.count(), limit).toBe(6)
    for (const row of await rows.allTextContents()) expect(row).toContain('5e-5')
    await menu('parallel-menu', 'Save as CSV…')
    await expect.poll(() => saved().at(-1)?.trim().split('\n'), limit).toHaveLength(7)
    await menu('parallel-menu', 'Show as chart')
    await lr.focus()
    await press('Escape')
    await expect.poll(() => lr.getAttribute('aria-valuetext'), limit).toBe('all')
  })

  it('call a sweep and its runs as people do, everywhere', async () => {
    const [one = '', other = ''] = generated.runs.map(({ record }) => record.id)
    const marks = {
      format: 1 as const,
      sweep: { name: 'Evening' },
      runs: { [one]: { name: 'calm' } },
    }
    await alone.send({ type: 'delta', seq: 2, changes: [{ type: 'marks', marks }] })
    await expect.poll(() => text('name'), limit).toBe('Evening')
    await part('tab-system').click()
    await expect
      .poll(() => part('system').locator('tbody th').allTextContents(), limit)
      .toContain('calm')
    expect(await alone.walk('system')).toEqual([
      'chart-speed-menu',
      'system-menu',
      'Machine and speed of each run',
    ])
    await part('system-menu').focus()
    await press('Enter')
    await press('Enter')
    await expect.poll(() => saved().at(-1), limit).toMatch(/^run,lr,batch,epochs,examples/)
    expect(await alone.active()).toBe('system-menu')
    await alone.send({ type: 'showCompare', runs: [one, other] })
    await expect
      .poll(() => part('compare-config').locator('thead').first().textContent(), limit)
      .toBe(`settingA: calmB: ${other}`)
  })

  it('say so where the runs could not be judged', async () => {
    await alone.send({ type: 'unjudged', reason: 'The judging thread ended.' })
    await expect
      .poll(() => text('advice'), limit)
      .toBe('What is noise is not known: The judging thread ended.')
    await part('next-annotateWith').focus()
    await alone.send({ type: 'analysis', analysis: analysisOf(generated) })
    await expect.poll(() => text('advice'), limit).not.toContain('thread')
    // Another button came beside it.
    await part('next-addSeeds').waitFor()
    expect(await alone.active()).toBe('next-annotateWith')
  })

  it('light all seeds of a cell, also those that were added', async () => {
    const seeds = generateSweep({ ...paperShape, epochs: [3], seeds: [1, 2] })
    const state = stateOf(seeds)
    const first = { ...state, runs: state.runs.filter(({ record }) => record.seed === 1) }
    await alone.send({ type: 'snapshot', seq: 5, trusted: true, state: first })
    const cell = alone.page.locator('button.heat[aria-label^="lr 3e-5, batch 16"]')
    // Until then the page before is there, with three of them.
    await expect.poll(() => cell.count(), limit).toBe(1)
    await cell.hover()
    await alone.send({ type: 'snapshot', seq: 6, trusted: true, state })
    await expect.poll(() => alone.page.locator('tr[aria-expanded]').count(), limit).toBe(6)
    await alone.page.mouse.move(5, 5)
    await cell.hover()
    const open = alone.page.locator('tr.lit[aria-expanded]')
    await expect.poll(() => open.count(), limit).toBe(1)
    await open.focus()
    await press('Enter')
    await cell.hover()
    // The cell's line and both of its seeds.
    await expect.poll(() => alone.page.locator('tr.lit').count(), limit).toBe(3)
  })
})

describe('each webview’s script', () => {
  it.each(['dashboard', 'summary', 'playground'])('is small: %s', (name) => {
    const { size } = fs.statSync(path.join(repository, 'dist/webview', `${name}.js`))
    expect(size).toBeGreaterThan(1000)
    expect(size).toBeLessThan(600_000)
  })
})
