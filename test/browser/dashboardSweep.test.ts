import axe from 'axe-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Dashboard } from '../support/dashboard.ts'
import { writeFinishedSweep } from '../support/finishedSweep.ts'
import { openWindow, type TestWindow } from '../support/window.ts'
import { themeNames } from '../support/workbench.ts'

const liveLimit = { timeout: 30_000, interval: 250 }

/** The dashboard of the paper's grid, 18 finished runs with their events and predictions on disk. */
describe('the dashboard of a finished sweep', () => {
  let window: TestWindow
  let dashboard: Dashboard

  beforeAll(async () => {
    window = await openWindow({ prepare: writeFinishedSweep })
    dashboard = new Dashboard(window.workbench.webview())
    const rows = await window.workbench.openSidePanel()
    await rows.first().waitFor()
    await window.page.setViewportSize({ width: 1500, height: 1500 })
    await window.workbench.palette('Headway: Open Dashboard')
    await dashboard.lossChart.waitFor()
  })

  afterAll(() => window?.close())

  it('answers in words: which cell is best, by how much, is it noise, what next', async () => {
    await expect
      .poll(() => dashboard.text('answer'), liveLimit)
      .toMatch(
        /^lr 5e-5 · batch 16 · 4 epochs is best, \+\d\.\d on the next, but \d of 17 others are within noise of it\.$/,
      )
    expect(await dashboard.text('advice')).toMatch(/More seeds of these would tell/)
    expect(await dashboard.text('metric')).toMatch(/^8\d\.\d$/)
    expect(await dashboard.text('next-addSeeds')).toMatch(/^Run 2 more seeds of these \d$/)
  })

  it.each(themeNames)('has no accessibility fault that axe finds in %s', async (theme) => {
    await window.workbench.switchTheme(theme)
    await expect.poll(() => dashboard.paintedPixels(), liveLimit).toBeGreaterThan(500)
    await window.workbench.screenshot(`sweep-${theme}`)
    expect(await dashboard.accessibilityFaults(axe.source)).toEqual([])
  })

  it('draws all runs, and every cell of the grid with its spread', async () => {
    expect(await dashboard.part('chart-metric').getAttribute('data-lines')).toBe('18')
    const cells = await dashboard.cells()
    expect(cells).toHaveLength(18)
    for (const cell of cells)
      expect(cell).toMatch(/^lr \de-5, batch \d\d, \d epochs: 8\d\.\d ± 1\.\d/)
    expect(cells.filter((cell) => / ± \S+ best$/.test(cell))).toHaveLength(1)
    expect(
      cells.filter((cell) => cell.endsWith('within noise of the best')).length,
    ).toBeGreaterThan(0)
  })

  it('lights a run’s row and cell when its curve is hovered', async () => {
    await dashboard.hoverChart('chart-loss', 0.3, 0.5)
    await expect.poll(() => dashboard.lit(), liveLimit).toEqual({ rows: 1, cells: 1 })
  })

  it('filters by a click on a cell, by text and by ranges', async () => {
    await dashboard.cell('lr 2e-5, batch 32, 3 epochs').click()
    await expect.poll(() => dashboard.rows(), liveLimit).toBe(1)
    expect(await dashboard.part('filter').inputValue()).toBe('lr=2e-5 batch=32 epochs=3')
    await expect.poll(() => dashboard.part('chart-metric').getAttribute('data-lines')).toBe('1')
    await dashboard.part('filter').fill('accuracy>84 batch=16')
    await expect.poll(() => dashboard.rows(), liveLimit).toBeLessThan(9)
    await dashboard.part('filter').fill('speed>fast')
    await expect.poll(() => dashboard.frameText()).toContain('Not understood: speed>fast')
    await dashboard.part('filter').fill('')
    await expect.poll(() => dashboard.rows(), liveLimit).toBe(18)
  })

  it('zooms into a curve, and shows all again', async () => {
    await dashboard.dragChart('chart-loss', 0.2, 0.5)
    await expect.poll(() => dashboard.lossChart.getAttribute('data-zoomed'), liveLimit).toBe('true')
    await dashboard.menu('chart-loss-menu', 'Show all')
    await expect
      .poll(() => dashboard.lossChart.getAttribute('data-zoomed'), liveLimit)
      .toBe('false')
  })

  it('has the numbers of a chart as a table', async () => {
    await dashboard.menu('chart-metric-menu', 'Show as table')
    await expect.poll(() => dashboard.frameText()).toContain('lr 5e-5 · batch 16 · 4 epochs')
    await dashboard.menu('chart-metric-menu', 'Show as chart')
  })

  it('works by keyboard: choose, star, pin and hide a run', async () => {
    await dashboard.focusRow(0)
    await window.page.keyboard.press('ArrowDown')
    await window.page.keyboard.press('Space')
    await expect.poll(() => dashboard.chosen(), liveLimit).toBe(1)
    await window.page.keyboard.press('s')
    await expect.poll(() => dashboard.starred(), liveLimit).toBe(1)
    await window.page.keyboard.press('h')
    await expect.poll(() => dashboard.part('chart-metric').getAttribute('data-lines')).toBe('17')
    await window.page.keyboard.press('h')
    await expect.poll(() => dashboard.part('chart-metric').getAttribute('data-lines')).toBe('18')
    await window.page.keyboard.press('End')
    await window.page.keyboard.press('p')
    await window.page.keyboard.press('Space')
    await expect.poll(() => dashboard.text('compare'), liveLimit).toBe('Compare 2')
  })

  it('compares two runs, and opens what they disagree on in the diff editor', async () => {
    await dashboard.part('compare').click()
    await expect
      .poll(() => dashboard.text('verdicts'), liveLimit)
      .toMatch(/A and B differ on \d+ of 872 dev examples/)
    await window.workbench.screenshot('sweep-compare')
    expect(await dashboard.accessibilityFaults(axe.source)).toEqual([])
    await dashboard.part('disagreements').click()
    const diff = window.page.locator('.monaco-diff-editor')
    await diff.waitFor()
    await expect.poll(() => diff.textContent(), liveLimit).toMatch(/film\snumber\s\d+/)
    await window.workbench.screenshot('sweep-disagreements')
    await window.workbench.palette('View: Close Editor')
  })

  it('shows parameters and system on pages of their own', async () => {
    await dashboard.part('tab-parameters').click()
    await dashboard.dragAxis('lr', 0, 0.3)
    await dashboard.part('clear-filter').waitFor()
    await dashboard.part('clear-filter').click()
    await dashboard.part('tab-system').click()
    await expect.poll(() => dashboard.text('system'), liveLimit).toContain('22.7 M')
    await dashboard.part('tab-overview').click()
  })

  it.each(themeNames)('has no fault on its other pages in %s', async (theme) => {
    await window.workbench.switchTheme(theme)
    for (const [tab, shown] of [
      ['parameters', 'chart-parallel'],
      ['system', 'system'],
      ['compare', 'compare-config'],
    ] as const) {
      await dashboard.part(`tab-${tab}`).click()
      await dashboard.part(shown).waitFor()
      await window.workbench.screenshot(`sweep-${tab}-${theme}`)
      expect(await dashboard.accessibilityFaults(axe.source)).toEqual([])
    }
    await dashboard.part('tab-overview').click()
  })

  it('stands beside the paper, with footnotes', async () => {
    await dashboard.part('tab-overview').click()
    const notes = await dashboard.text('footnotes')
    expect(notes).toContain('Trained here on 5,000 of 67,349 examples (7 %).')
    expect(notes).toContain('row before OpenAI GPT')
    expect(notes).toContain('test scores')
  })

  it('fits a panel of 320 pixels, and is whole at 200 %', async () => {
    for (const [width, name] of [
      [320, 'sweep-320'],
      [700, 'sweep-200-percent'],
    ] as const) {
      await dashboard.narrowTo(width)
      await expect.poll(() => dashboard.overflowInPixels(), liveLimit).toBeLessThanOrEqual(0)
      const chart = dashboard.part('chart-metric')
      await expect
        .poll(() => chart.evaluate((canvas) => canvas.clientWidth), liveLimit)
        .toBeLessThan(width)
      await window.workbench.screenshot(name)
    }
  })

  it('says that its sweep was deleted, and is there again after Undo', { retry: 0 }, async () => {
    const sweep = window.workbench.treeRow('Sweeps', 0)
    await window.workbench.contextMenu(sweep, 'Delete')
    await dashboard.part('missing').waitFor()
    const message = window.workbench.notification('Deleted Sentiment')
    await message.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => dashboard.text('activity'), liveLimit).toBe('18 of 18 runs done')
  })

  it('asked nothing of another machine, and broke no content policy', async () => {
    expect([...window.externalRequests]).toEqual([])
    const broken = window.consoleErrors.filter((text) => text.includes('Content Security Policy'))
    expect(broken).toEqual([])
  })
})
