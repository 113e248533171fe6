import { chromium } from 'playwright-core'
import { findBrowser } from './browser.mjs'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A headless Chrome or Chromium, with a profile of its own and nothing that goes out by itself. */
export const launchBrowser = async (report) => {
  const { file } = await findBrowser(report)
  return chromium.launch({ executablePath: file, headless: true, args: flags })
}
