import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AnnotatedEditor, reportText } from '../support/annotatedEditor.ts'
import { writeLookupRun } from '../support/lookupModel.ts'
import { openWindow, type TestWindow } from '../support/window.ts'
import { themeNames } from '../support/workbench.ts'

/** The page of the design's sketch, with a model that is known to say what the sketch says. */
describe('an annotated file', () => {
  let window: TestWindow
  let editor: AnnotatedEditor

  beforeAll(async () => {
    window = await openWindow({
      settings: {
        'headway.backend': 'wasm',
        'editor.fontSize': 15,
        'editor.minimap.enabled': false,
      },
      prepare: (folder) => {
        writeLookupRun(folder, 'k3f9a2c0ffee')
        fs.writeFileSync(path.join(folder, 'report.txt'), reportText)
      },
    })
    editor = new AnnotatedEditor(window.page, window.workbench)
    await editor.open('report.txt')
  })

  afterAll(async () => {
    await window?.workbench.screenshot('annotation-end')
    await window?.close()
  })

  it('writes types after spans, and asks about the doubtful one', async () => {
    await window.workbench.palette('Headway: Annotate This File')
    await editor.problemCount(2)
    expect(await editor.notes()).toEqual(expect.arrayContaining(['PER', 'LOC', 'ORG', 'ORG ?']))
    await window.workbench.statusBarItem(/ORG 3/).waitFor()
    await window.workbench.statusBarItem(/Headway: k3f9a2/).waitFor()
  })

  it('labels by keys: a calm double line where somebody said so', async () => {
    await editor.select('Lisbon')
    await window.page.keyboard.press('Alt+a')
    await expect.poll(() => editor.labels(window.folder, 'report.txt')).toEqual(['Lisbon LOC'])
    await editor.select('Byrne')
    await editor.openReview()
    await window.page.keyboard.press('1')
    await editor.problemCount(1)
    await window.workbench.statusBarItem(/Review · 1 doubtful/).waitFor()
    await window.page.keyboard.press('u')
    await editor.problemCount(2)
    await window.page.keyboard.press('Escape')
    await window.workbench.statusBarItem(/Headway: k3f9a2/).waitFor()
  })

  it('takes a label back with Ctrl+Z, and then text again', async () => {
    // What Ctrl+Z is for is known a moment after the label is there, or gone.
    const { keyboard } = window.page
    const labels = () => editor.labels(window.folder, 'report.txt')
    await editor.select('Tuesday')
    await keyboard.press('Alt+1')
    await expect.poll(labels).toContain('Tuesday LOC')
    await keyboard.press('Control+Home')
    await keyboard.type('Hm')
    await keyboard.press('Escape')
    await expect.poll(() => editor.reading()).toMatch(/^Hm/)
    await editor.select('terminal')
    await keyboard.press('Alt+1')
    await expect.poll(labels).toContain('terminal LOC')
    await expect.poll(() => editor.reading()).toMatch(/terminal\[LOC\]/)
    await window.page.waitForTimeout(300)
    await keyboard.press('Control+z')
    await expect.poll(labels).not.toContain('terminal LOC')
    expect(await editor.reading()).toMatch(/^Hm/)
    await window.page.waitForTimeout(300)
    await keyboard.press('Control+z')
    await expect.poll(() => editor.reading()).toMatch(/^Ada/)
    expect(labels()).toContain('Tuesday LOC')
    await window.workbench.palette('Headway: Undo Label')
    await expect.poll(labels).not.toContain('Tuesday LOC')
  })

  it('lists the entities of the file beside it', async () => {
    await window.workbench.openSidePanel()
    await editor.roomForEntities()
    await editor.treeRow('Northgate').waitFor()
    await expect.poll(() => editor.treeRow('Northgate').textContent()).toMatch(/2 · 0\.\d\d \?/)
    await editor.treeRow('Quay 9').click()
    await expect.poll(() => editor.selected()).toBe('Quay 9'.length)
  })

  it('looks right in every theme', async () => {
    for (const theme of themeNames) {
      await window.workbench.switchTheme(theme)
      await editor.hover('Northgate')
      await window.workbench.screenshot(`annotation-${theme}`)
      await window.page.keyboard.press('Escape')
    }
  })

  it('draws a text’s way through the model, and again after a reload', async () => {
    const { workbench, page } = window
    await workbench.palette('Headway: Playground')
    const playground = workbench.webview()
    const text = playground.locator('[data-testid="text"]')
    const result = playground.locator('[data-testid="result"]')
    const slow = { timeout: 60_000 }
    // The first sentence of the run's own dev data.
    await expect.poll(() => text.inputValue(), slow).toMatch(/^Lake Titicaca lies/)
    await text.fill('Ada Byrne met Ren in Lisbon.')
    await expect.poll(() => result.textContent(), slow).toBe('Ada Byrne PER, Ren PER, Lisbon LOC')
    await playground.locator('[data-testid="drawing"]').focus()
    await page.keyboard.press('ArrowUp')
    const told = playground.locator('[data-testid="told"]')
    await expect.poll(() => told.textContent(), slow).toMatch(/^Layer 1, “\[CLS\]” takes from: /)
    for (const theme of ['light', 'highContrast', 'dark'] as const) {
      await workbench.switchTheme(theme)
      await workbench.screenshot(`playground-in-vscode-${theme}`)
    }
    await workbench.reload()
    await expect.poll(() => text.inputValue(), slow).toBe('Ada Byrne met Ren in Lisbon.')
    await expect.poll(() => result.textContent(), slow).toBe('Ada Byrne PER, Ren PER, Lisbon LOC')
    await text.fill('Ren')
    await expect.poll(() => result.textContent(), slow).toBe('Ren PER')
    expect(window.consoleErrors.filter((error) => /Content Security Policy/.test(error))).toEqual(
      [],
    )
  })

  it('asked nothing of another machine', () => {
    expect([...window.externalRequests]).toEqual([])
  })
})
