import fs from 'node:fs'
import path from 'node:path'
import axe from 'axe-core'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMarks } from '../../src/core/runs/marksFile.ts'
import { listSweepDirs } from '../../src/core/runs/store.ts'
import { Dashboard } from '../support/dashboard.ts'
import { writeFinishedSweep } from '../support/finishedSweep.ts'
import { openWindow, type TestWindow } from '../support/window.ts'
import { themeNames } from '../support/workbench.ts'

const liveLimit = { timeout: 30_000, interval: 250 }

/** The side panel beside the paper's grid, 18 finished runs. */
describe('the side panel', () => {
  let window: TestWindow
  const part = (testId: string) =>
    window.workbench.summary().locator(`[data-testid="${testId}"]`).first()
  const tree = (name: string) => window.workbench.tree(name)
  const row = (at: number) => window.workbench.treeRow('Sweeps', at)
  const lines = () => tree('Sweeps').locator('.monaco-list-row').count()
  const menu = (line: Locator, entry: string) => window.workbench.contextMenu(line, entry)
  const sweepDir = () => listSweepDirs(window.folder)[0] ?? ''

  beforeAll(async () => {
    window = await openWindow({ prepare: writeFinishedSweep })
    // So high that all runs of the sweep are seen: a tree makes no others.
    await window.page.setViewportSize({ width: 1400, height: 1700 })
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

  it.each(themeNames)('is readable in %s', async (theme) => {
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

  it('stars and deletes a run, and brings it back', async () => {
    await row(1).hover()
    await row(1).locator('[aria-label="Star"]').first().click()
    await expect.poll(() => row(1).textContent(), liveLimit).toContain('★')
    await menu(row(1), 'Delete')
    await expect.poll(() => row(0).textContent(), liveLimit).toContain('17 of 17')
    await window.workbench.notification('Deleted run').getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => row(0).textContent(), liveLimit).toContain('18 of 18')
    await menu(row(1), 'Remove Star')
    await expect.poll(() => row(1).textContent(), liveLimit).not.toContain('★')
  })

  it('restores what was deleted, without the notification too', async () => {
    const name = (await row(18).locator('.label-name').textContent()) ?? ''
    await menu(row(18), 'Delete')
    await expect.poll(() => row(0).textContent(), liveLimit).toContain('17 of 17')
    await window.workbench.palette('Headway: Restore Deleted…')
    await window.workbench.quickPick('sentiment-paper-grid')
    await expect.poll(() => row(0).textContent(), liveLimit).toContain('18 of 18')
    expect(await row(18).textContent()).toContain(name)
  })

  it('takes a name and a note', async () => {
    await menu(row(3), 'Rename…')
    await window.workbench.answer('the calm one')
    await expect.poll(() => row(3).textContent(), liveLimit).toContain('the calm one')
    await menu(row(3), 'Note…')
    await window.workbench.answer('learned slowly')
    await expect
      .poll(() => Object.values(readMarks(sweepDir()).runs), liveLimit)
      .toContainEqual({ name: 'the calm one', note: 'learned slowly' })
  })

  it('shows the runs that are asked for', async () => {
    await window.workbench.palette('Headway: Filter Runs…')
    await window.workbench.quickPick('Words…')
    await window.workbench.answer('calm')
    await expect.poll(() => lines(), liveLimit).toBe(2)
    await expect.poll(() => row(1).textContent(), liveLimit).toContain('the calm one')
    await window.workbench.palette('Headway: Filter Runs…')
    await window.workbench.quickPick('All runs')
    await expect.poll(() => lines(), liveLimit).toBe(19)
  })

  it('shows them in the order that is asked for', async () => {
    await window.workbench.palette('Headway: Sort Runs…')
    await window.workbench.quickPick('As in the grid')
    await expect.poll(() => row(1).textContent(), liveLimit).toContain('2e-5 · b16 · 2 ep')
    await window.workbench.palette('Headway: Sort Runs…')
    await window.workbench.quickPick('Best first')
    await expect.poll(() => row(1).textContent(), liveLimit).toContain('5e-5 · b16 · 4 ep')
  })

  it('keeps archived runs out of the way until they are asked for', async () => {
    await menu(row(18), 'Archive')
    await expect.poll(() => lines(), liveLimit).toBe(18)
    const archivedToo = async () => {
      await window.workbench.palette('Headway: Filter Runs…')
      await window.workbench.quickPick('Archived ones too')
    }
    await archivedToo()
    await expect.poll(() => row(18).textContent(), liveLimit).toContain('archived')
    await menu(row(18), 'Take Out of the Archive')
    await expect.poll(() => row(18).textContent(), liveLimit).not.toContain('archived')
    await archivedToo()
    await expect.poll(() => lines(), liveLimit).toBe(19)
  })

  it('copies a configuration, and exports a sweep’s results', async () => {
    await menu(row(0), 'Export…')
    await window.workbench.quickPick('CSV')
    const file = path.join(window.folder, 'sweep.csv')
    await window.workbench.saveAs(file)
    await expect.poll(() => fs.existsSync(file), liveLimit).toBe(true)
    expect(fs.readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(19)
    await window.workbench.palette('View: Close Editor')
    await menu(row(1), 'Copy Configuration')
    await window.workbench.palette('File: New Untitled Text File')
    const editor = window.page.locator('.editor-instance .monaco-editor.focused').last()
    // The clipboard is filled a moment after the menu is gone.
    const pasted = async () => {
      await editor.waitFor()
      await window.page.keyboard.press('ControlOrMeta+v')
      return editor.locator('.view-lines').textContent()
    }
    await expect.poll(pasted, liveLimit).toContain('learningRate')
    await window.workbench.palette('View: Revert and Close Editor')
  })

  it('compares a run with another one', async () => {
    await menu(row(1), 'Compare With…')
    await window.workbench.quickPick('5e-5 · b16 · 3 ep')
    await window.workbench.confirmPick()
    const dashboard = new Dashboard(window.workbench.webview())
    await expect
      .poll(() => dashboard.text('verdicts'), liveLimit)
      .toMatch(/^A and B differ on \d+ of 872 dev examples/)
  })

  // Last: the views they open leave less room for the sweeps.
  it('lists models: those fine-tuned here, best first, and pretrained ones', async () => {
    await window.workbench.palette('Headway: Focus on Models View')
    const models = tree('Models')
    await expect.poll(() => models.textContent(), liveLimit).toContain('Fine-tuned here')
    const first = models.locator('.monaco-list-row[data-index="1"]')
    await expect
      .poll(() => first.textContent(), liveLimit)
      .toMatch(/5e-5 · b16 · 4 ep\s*Sentiment, paper grid · accuracy 8\d\.\d/)
  })

  it('lists data, and what a check finds in them until they change', async () => {
    await window.workbench.palette('Headway: Focus on Data View')
    const data = tree('Data')
    // The first of the experiments: the view is low, and only lines in view exist.
    await expect.poll(() => data.textContent(), liveLimit).toContain('dev: dev.conll')
    await window.workbench.palette('Headway: Check Data')
    await window.workbench.quickPick('ner.headway.json')
    const checked = data.locator('.monaco-list-row', {
      hasText: /train: train\.conll.*\d sentences/,
    })
    await checked.first().waitFor()
    fs.appendFileSync(path.join(window.folder, 'ner/train.conll'), '\n')
    await expect.poll(() => checked.count(), liveLimit).toBe(0)
    await window.workbench.screenshot('side-panel-data')
  })

  it('broke no content policy', () => {
    const broken = window.consoleErrors.filter((text) => text.includes('Content Security Policy'))
    expect(broken).toEqual([])
  })
})
