import axe from 'axe-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Dashboard } from '../support/dashboard.ts'
import { writeFinishedSweep } from '../support/finishedSweep.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const liveLimit = { timeout: 30_000, interval: 250 }

/** The side panel beside the paper's grid, 18 finished runs. */
describe('the side panel', () => {
  let window: TestWindow
  const part = (testId: string) =>
    window.workbench.summary().locator(`[data-testid="${testId}"]`).first()
  const tree = (name: string) => window.page.locator(`.sidebar [role="tree"][aria-label="${name}"]`)
  // A list of VS Code reuses its nodes, so that their order in the document is not what is seen.
  const row = (at: number) => tree('Sweeps').locator(`.monaco-list-row[data-index="${at}"]`)

  beforeAll(async () => {
    window = await openWindow({ prepare: writeFinishedSweep })
    await window.page.setViewportSize({ width: 1400, height: 1300 })
    const rows = await window.workbench.openSidePanel()
    await rows.first().waitFor()
  })

  afterAll(() => window?.close())

  it('ranks a sweep’s runs, best first', async () => {
    const rows = tree('Sweeps').locator('.monaco-list-row')
    await expect.poll(() => rows.count(), liveLimit).toBeGreaterThan(4)
    const shown = await rows.evaluateAll((nodes) =>
      nodes.map((node) => [Number(node.getAttribute('data-index')), node.textContent] as const),
    )
    const said = shown.sort(([a], [b]) => a - b).map(([, text]) => text)
    const scores = said.flatMap((text) => /done · (\d+\.\d)/.exec(text)?.[1] ?? []).map(Number)
    expect(scores.length).toBeGreaterThan(3)
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
  })

  it('says at a glance which cell is best, with its spread, and what is noise', async () => {
    await expect
      .poll(() => part('best').textContent(), liveLimit)
      .toMatch(/^Best: accuracy 8\d\.\d ± 1\.\d, lr 5e-5 · batch 16 · 4 epochs$/)
    await expect
      .poll(() => part('advice').textContent(), liveLimit)
      .toMatch(/\d other cells within noise of it\./)
    expect(await part('state').textContent()).toBe('done · 18 of 18 runs done')
    expect(await part('grid').locator('button').count()).toBe(18)
  })

  it.each(['dark', 'light', 'highContrast'] as const)('is readable in %s', async (theme) => {
    await window.workbench.switchTheme(theme)
    await part('grid').waitFor()
    await window.workbench.screenshot(`side-panel-${theme}`)
    const page = new Dashboard(window.workbench.summary())
    expect(await page.accessibilityFaults(axe.source)).toEqual([])
  })

  it('leads to the cell that is clicked', async () => {
    await part('grid')
      .getByRole('button', { name: /^lr 2e-5, batch 32, 3 epochs/ })
      .click()
    const dashboard = new Dashboard(window.workbench.webview())
    await dashboard.lossChart.waitFor()
    await expect
      .poll(() => dashboard.part('filter').inputValue(), liveLimit)
      .toBe('lr=2e-5 batch=32 epochs=3')
    await window.workbench.screenshot('side-panel-cell')
  })

  // Passes alone and fails in some runs of the whole tier: the menu's Delete then does nothing, perhaps since
  // the tree was refreshed (by the star) between the menu's opening and the click. The extension-host
  // tests hold marks and trash until that is mended.
  it.skip('stars and deletes a run, and brings it back', async () => {
    await row(1).hover()
    await row(1).locator('[aria-label="Star"]').first().click()
    await expect.poll(() => row(1).textContent(), liveLimit).toContain('★')
    await row(1).click({ button: 'right' })
    await window.page.getByRole('menuitem', { name: 'Delete' }).click()
    await expect.poll(() => row(0).textContent(), liveLimit).toContain('17 of 17')
    await window.workbench.notification('Deleted run').getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => row(0).textContent(), liveLimit).toContain('18 of 18')
  })

  it('broke no content policy', () => {
    const broken = window.consoleErrors.filter((text) => text.includes('Content Security Policy'))
    expect(broken).toEqual([])
  })
})
