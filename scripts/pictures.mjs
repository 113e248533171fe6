import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bootstrap, root } from './bootstrap.mjs'
import { launchBrowser } from './vscode/chromium.mjs'
import { startBrowserVscode } from './vscode/server.mjs'

/** Takes the README's pictures: the sample fine-tune as `npm start` shows it, at its end. */
const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' }

const take = async (name, theme) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-pictures-'))
  fs.cpSync(path.join(root, 'samples'), folder, { recursive: true })
  const server = await startBrowserVscode({
    extension: root,
    env: { HEADWAY_AUTORUN: 'sentiment/sentiment.headway.json' },
    settings: { 'workbench.colorTheme': theme },
  })
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
    await page.goto(server.url(folder))
    const dashboard = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame')
    await dashboard
      .locator('[data-testid=state]', { hasText: 'done' })
      .waitFor({ timeout: 300_000 })
    await page.locator('.activitybar [aria-label^="Headway"]').first().click()
    await sleep(1500)
    const file = path.join(root, 'docs/images', `dashboard-${name}.png`)
    await page.screenshot({ path: file })
    process.stdout.write(`${file}\n`)
  } finally {
    await browser.close()
    await server.stop()
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

await bootstrap({ report: (line) => process.stdout.write(`${line}\n`) })
for (const [name, theme] of Object.entries(themes)) await take(name, theme)
