import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bootstrap, root } from './bootstrap.mjs'
import { launchBrowser } from './vscode/chromium.mjs'
import { startBrowserVscode } from './vscode/server.mjs'

/**
 * Takes the README's pictures: the sample's grid as `npm start` shows it, at its end, which takes
 * some minutes of training. `node scripts/pictures.mjs EXPERIMENT` takes them of another experiment
 * of the samples; a folder named after it is a copy of the samples in which it may be finished already.
 */
const [experiment = 'sentiment/sentiment.headway.json', prepared] = process.argv.slice(2)
const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' }
const limitMs = 1_800_000

const setTheme = (folder, theme) => {
  fs.mkdirSync(path.join(folder, '.vscode'), { recursive: true })
  const settings = JSON.stringify({ 'workbench.colorTheme': theme })
  fs.writeFileSync(path.join(folder, '.vscode/settings.json'), settings)
}

const openDashboard = async (page) => {
  await page.locator('.sidebar .monaco-list-row', { hasText: 'done' }).first().waitFor()
  await page.keyboard.press('F1')
  await page.locator('.quick-input-widget input').fill('>Headway: Open Dashboard')
  await page
    .locator('.quick-input-widget .monaco-list-row', { hasText: 'Open Dashboard' })
    .first()
    .click()
}

const take = async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-pictures-'))
  fs.cpSync(prepared ?? path.join(root, 'samples'), folder, { recursive: true })
  setTheme(folder, themes.dark)
  const server = await startBrowserVscode({ extension: root, env: { HEADWAY_AUTORUN: experiment } })
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1180 } })
    await page.goto(server.url(folder))
    const panel = page.locator('.activitybar [aria-label^="Headway"]').first()
    await panel.click({ timeout: limitMs })
    // What is finished is not run again by itself: it is opened.
    if (prepared) await openDashboard(page)
    const dashboard = page
      .frameLocator('iframe.webview.ready:not([src*="purpose=webviewView"])')
      .frameLocator('iframe#active-frame')
    await dashboard
      .locator('[data-testid=state]', { hasText: 'done' })
      .waitFor({ timeout: limitMs })
    for (const [name, theme] of Object.entries(themes)) {
      setTheme(folder, theme)
      // The theme, and the verdict on the last run.
      await sleep(4000)
      const file = path.join(root, 'docs/images', `dashboard-${name}.png`)
      await page.screenshot({ path: file })
      process.stdout.write(`${file}\n`)
    }
  } finally {
    await browser.close()
    await server.stop()
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

await bootstrap({ report: (line) => process.stdout.write(`${line}\n`) })
await take()
