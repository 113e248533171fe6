import fs from 'node:fs'
import path from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { parseAnnotations } from '../../src/core/annotation/annotationFile.ts'
import type { Workbench } from './workbench.ts'

/** What test/support/lookupModel.ts knows the words of. */
export const reportText = [
  'Ada Byrne arrived in Lisbon on Tuesday to inspect the new terminal.',
  'The Port Authority had asked Ren for a second opinion.',
  'Neither of them expected Northgate to be closed for the season.',
  '',
  'The tide was out. Nobody at Northgate had been told, and the',
  'ferry was late again.',
  '',
  '“We start at Quay 9,” said Ada Byrne; Ren agreed.',
  '',
].join('\n')

const slow = { timeout: 30_000, interval: 200 }

/** An annotated text in VS Code's editor, in the words of one who reads it. */
export class AnnotatedEditor {
  constructor(
    private readonly page: Page,
    private readonly workbench: Workbench,
  ) {}

  async open(name: string): Promise<void> {
    await this.workbench.palette('Go to File...')
    await this.page.locator('.quick-input-widget input').fill(name)
    await this.workbench.quickPick(name)
    await this.page.locator('.tab.active', { hasText: name }).waitFor()
    const lines = this.page.locator('.editor-instance .view-lines').first()
    await lines.click({ position: { x: 5, y: 5 } })
  }

  /**
   * What the text on screen reads like, each note after its span: `at Quay 17[LOC] and`. Underlines
   * are drawn behind the text, where nothing tells which word they belong to.
   */
  async reading(): Promise<string> {
    return this.page.evaluate(() => {
      const noteOf = (element: Element): string => {
        const content = getComputedStyle(element, '::after').content.replaceAll('"', '')
        return content === 'none' || content === 'normal' || content === '' ? '' : `[${content}]`
      }
      const lines = [...document.querySelectorAll('.view-lines .view-line > span')]
      return lines
        .map((line) =>
          [...line.children].map((piece) => `${piece.textContent ?? ''}${noteOf(piece)}`).join(''),
        )
        .join('\n')
        .replaceAll('\u00a0', ' ')
    })
  }

  /** What stands after spans in the text: types and question marks. */
  async notes(): Promise<string[]> {
    return [...(await this.reading()).matchAll(/\[([^\]]+)\]/g)].map(([, note]) => note ?? '')
  }

  /** Selects the first place of a text through VS Code's own search. */
  async select(text: string): Promise<void> {
    await this.page.keyboard.press('Control+Home')
    await expect.poll(() => this.selected(), slow).toBe(0)
    await this.page.keyboard.press('Control+f')
    const input = this.page.locator('.find-widget.visible textarea.input').first()
    await input.waitFor()
    await input.fill(text)
    await this.page.keyboard.press('Enter')
    await this.page.keyboard.press('Escape')
    await expect.poll(() => this.selected(), slow).toBe(text.length)
  }

  /** Selected characters, as the status bar counts them; nothing else of VS Code tells. */
  async selected(): Promise<number> {
    const text = await this.page.locator('#status\\.editor\\.selection').textContent()
    return Number(/\((\d+) selected\)/.exec(text ?? '')?.[1] ?? 0)
  }

  async problemCount(count: number): Promise<void> {
    const text = () => this.page.locator('#status\\.problems').getAttribute('aria-label')
    await expect
      .poll(async () => {
        const label = (await text()) ?? ''
        return [...label.matchAll(/(\d+)/g)].reduce((sum, [, digits]) => sum + Number(digits), 0)
      }, slow)
      .toBe(count)
  }

  async openReview(): Promise<void> {
    await this.workbench.palette('Headway: Review Mode')
    await this.workbench.statusBarItem(/^.?Review/).waitFor()
  }

  /** Closes the views above *Entities in This File*, as one does who wants to see all of it. */
  async roomForEntities(): Promise<void> {
    for (const name of ['Summary', 'Sweeps']) {
      await this.page
        .locator('.sidebar .pane-header[aria-expanded=true]', { hasText: name })
        .click()
    }
  }

  treeRow(text: string): Locator {
    return this.page.locator('.sidebar .pane-body .monaco-list-row', { hasText: text }).first()
  }

  async hover(text: string): Promise<void> {
    const span = this.page.locator('.view-lines span', { hasText: text }).last()
    await span.hover()
    await this.page.locator('.monaco-hover .hover-contents', { hasText: text }).first().waitFor()
  }

  /** Gold labels on disk, as `text TYPE`. */
  labels(folder: string, file: string): string[] {
    const labels = path.join(folder, `.headway/annotations/${file}.jsonl`)
    if (!fs.existsSync(labels)) return []
    return parseAnnotations(fs.readFileSync(labels, 'utf8'))
      .annotations.filter(({ status }) => status === 'gold')
      .map(({ text, type }) => `${text} ${type}`)
  }
}
