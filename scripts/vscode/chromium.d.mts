import type { Browser } from 'playwright-core'

export const launchBrowser: (report?: (line: string) => void) => Promise<Browser>
