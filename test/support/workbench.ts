import path from 'node:path'
import type { FrameLocator, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { repository } from './sources.ts'

const startMs = 60_000
/** A dialog that still reads its folder puts its own proposal back within that. */
const settledMs = 250
const paletteMs = 8000
const paletteAttempts = 15
const menuMs = 500
const menuOpensMs = 3000
const menuAttempts = 10

/** Label in VS Code's theme picker, and the class that its workbench then has. */
const themes = {
  dark: { label: 'Dark Modern', kind: 'vs-dark' },
  light: { label: 'Light Modern', kind: 'vs' },
  highContrast: { label: 'Dark High Contrast', kind: 'hc-black' },
  highContrastLight: { label: 'Light High Contrast', kind: 'hc-light' },
} as const
export type ThemeName = keyof typeof themes
export const themeNames: readonly ThemeName[] = [
  'dark',
  'light',
  'highContrast',
  'highContrastLight',
]

/** VS Code's window, in the words of one who uses it. */
export class Workbench {
  constructor(private readonly page: Page) {}

  private get quickInput(): Locator {
    return this.page.locator('.quick-input-widget')
  }

  /** Until the workbench is there and has heard of Headway. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: startMs })
    await this.activityBarItem().waitFor({ timeout: startMs })
  }

  async reload(): Promise<void> {
    await this.page.reload()
    await this.ready()
  }

  /** Runs a command by its title as the palette shows it, such as `Headway: Fine-Tune…`. */
  async palette(title: string): Promise<void> {
    const row = this.quickInput.locator('.monaco-list-row', { hasText: title }).first()
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press('F1')
      const input = this.quickInput.locator('input')
      try {
        await input.fill(`>${title}`, { timeout: paletteMs })
        await row.click({ timeout: paletteMs })
        return
      } catch (error) {
        // A window that has just opened shows a list without the commands that arrived meanwhile, and
        // an editor that comes to the front takes the focus, which closes the list.
        if (attempt === paletteAttempts) throw error
        await this.page.keyboard.press('Escape')
        // Asked for while it is still closing, it comes back with the list that it had.
        await this.quickInput.waitFor({ state: 'hidden', timeout: paletteMs }).catch(() => {})
      }
    }
  }

  /** Whether the palette has a command of this title here and now. */
  async offers(title: string): Promise<boolean> {
    await this.page.keyboard.press('F1')
    await this.quickInput.locator('input').fill(`>${title}`)
    const rows = this.quickInput.locator('.monaco-list-row')
    // Where nothing matches the list says so in a row of its own.
    await rows.first().waitFor()
    const found = await rows.filter({ hasText: title }).count()
    await this.page.keyboard.press('Escape')
    await this.quickInput.waitFor({ state: 'hidden' })
    return found > 0
  }

  /** Chooses an entry of the open quick pick. */
  async quickPick(text: string | RegExp): Promise<void> {
    await this.quickPickRow(text).click()
  }

  quickPickRow(text: string | RegExp): Locator {
    return this.quickInput.locator('.monaco-list-row', { hasText: text }).first()
  }

  /** Types into the open input box and accepts. */
  async answer(text: string): Promise<void> {
    await this.quickInput.locator('input').fill(text)
    await this.page.keyboard.press('Enter')
  }

  /** Takes what is ticked in a quick pick of several. */
  async confirmPick(): Promise<void> {
    await this.quickInput.getByRole('button', { name: 'OK' }).click()
    await this.quickInput.waitFor({ state: 'hidden' })
  }

  /** Answers the dialog that asks where to save. */
  async saveAs(file: string): Promise<void> {
    const input = this.quickInput.locator('input[type="text"]').first()
    // It proposes a place first, once its folder is read: what is typed before that is lost.
    await expectPath(input)
    const typed = async () => {
      await input.fill(file)
      await this.page.waitForTimeout(settledMs)
      return input.inputValue()
    }
    await expect.poll(typed, { timeout: startMs, interval: 50 }).toBe(file)
    await this.quickInput.getByRole('button', { name: 'OK' }).click()
    await this.quickInput.waitFor({ state: 'hidden' })
  }

  /** Chooses an entry of a line's context menu. */
  async contextMenu(line: Locator, entry: string): Promise<void> {
    const item = this.page.getByRole('menuitem', { name: entry, exact: true })
    // A list that is filled anew meanwhile takes the menu away.
    for (let attempt = 1; !(await item.isVisible()); attempt++) {
      await line.click({ button: 'right' })
      const shown = item.waitFor({ timeout: menuOpensMs })
      if (attempt === menuAttempts) await shown
      else await shown.catch(() => this.page.keyboard.press('Escape'))
    }
    // For its first tenth of a second a menu takes no click, lest the one that opened it choose.
    for (let attempt = 1; attempt <= menuAttempts && (await item.isVisible()); attempt++) {
      await item.click({ timeout: menuMs }).catch(() => undefined)
      await item.waitFor({ state: 'hidden', timeout: menuMs }).catch(() => undefined)
    }
  }

  /** The page of the side panel's *Summary*. */
  summary(): FrameLocator {
    return this.page
      .frameLocator('iframe.webview.ready[src*="purpose=webviewView"]')
      .frameLocator('iframe#active-frame')
  }

  /** The document inside the nth editor's webview (a webview is a frame in a frame). */
  webview(n = 0): FrameLocator {
    return this.page
      .frameLocator(`iframe.webview.ready:not([src*="purpose=webviewView"]) >> nth=${n}`)
      .frameLocator('iframe#active-frame')
  }

  private activityBarItem(): Locator {
    return this.page.locator('.activitybar [aria-label^="Headway"]').first()
  }

  /** Opens Headway's side panel, where another one is in view; returns the rows of its trees. */
  async openSidePanel(): Promise<Locator> {
    const panel = this.page.locator('.sidebar .composite.title', { hasText: /headway/i })
    if (!(await panel.isVisible())) await this.activityBarItem().click()
    await panel.waitFor()
    return this.page.locator('.sidebar .pane-body .monaco-list-row')
  }

  /** One of the side panel's trees. */
  tree(name: string): Locator {
    return this.page.locator(`.sidebar [role="tree"][aria-label="${name}"]`)
  }

  /** A list of VS Code reuses its nodes, so that their order in the document is not what is seen. */
  treeRow(name: string, at: number): Locator {
    return this.tree(name).locator(`.monaco-list-row[data-index="${at}"]`)
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item', { hasText: text }).first()
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast', { hasText: text }).first()
  }

  /** Presses a notification's button until it is gone: one that is still moving misses the click. */
  async notificationButton(name: string): Promise<void> {
    const button = this.page
      .locator('.notification-toast .monaco-button', { hasText: name })
      .first()
    await expect
      .poll(
        async () => {
          if (await button.isVisible()) await button.click({ timeout: 2000 }).catch(() => {})
          return button.isVisible()
        },
        { timeout: startMs, interval: 500 },
      )
      .toBe(false)
  }

  async switchTheme(name: ThemeName): Promise<void> {
    const { label, kind } = themes[name]
    await this.palette('Preferences: Color Theme')
    await this.quickPickRow('Dark Modern').waitFor()
    await this.quickInput.locator('input').fill(label)
    await this.quickPickRow(label).waitFor()
    await this.page.keyboard.press('Enter')
    await this.quickInput.waitFor({ state: 'hidden' })
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor()
  }

  /** Into `test-results/screens/`, to be looked at. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(repository, 'test-results/screens', `${name}.png`)
    await this.page.screenshot({ path: file })
    return file
  }

  /** VS Code's own measure of Headway's activation, in ms, as *Show Running Extensions* says it. */
  async activationMs(): Promise<number> {
    await this.palette('Developer: Show Running Extensions')
    const row = this.page.locator('.runtime-extensions-editor .monaco-list-row', {
      hasText: 'Headway',
    })
    const text = await row.first().textContent()
    await this.page.keyboard.press('Escape')
    return Number(/(\d+)\s*ms/.exec(text ?? '')?.[1] ?? Number.NaN)
  }
}

const expectPath = async (input: Locator): Promise<void> => {
  await input.waitFor()
  const node = await input.elementHandle()
  await input
    .page()
    .waitForFunction((found) => (found as HTMLInputElement).value.includes('/'), node)
}
