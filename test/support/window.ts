import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../scripts/vscode/chromium.mjs'
import {
  type BrowserVscode,
  type BrowserVscodeOptions,
  startBrowserVscode,
} from '../../scripts/vscode/server.mjs'
import { repository } from './sources.ts'
import { stopTrainers } from './trainers.ts'
import { Workbench } from './workbench.ts'

export interface TestWindow {
  readonly server: BrowserVscode
  readonly workbench: Workbench
  readonly page: Page
  /** A copy of the sample workspace, this window's own. */
  readonly folder: string
  /** URLs of requests that went elsewhere than to this machine. */
  readonly externalRequests: ReadonlySet<string>
  /** What the page and its webviews wrote to the console as errors. */
  readonly consoleErrors: readonly string[]
  /** A second window on the same folder, with an extension host of its own. */
  another(): Promise<{ readonly page: Page; readonly workbench: Workbench }>
  close(): Promise<void>
}

const isLocal = (url: URL): boolean =>
  !/^(https?|wss?):$/.test(url.protocol) ||
  url.hostname === '127.0.0.1' ||
  // Webviews get their own origin this way; VS Code's service worker answers, nothing goes out.
  url.hostname.endsWith('.vscode-resource.vscode-cdn.net')

const copyOfSamples = (): string => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-window-'))
  fs.cpSync(path.join(repository, 'samples'), folder, { recursive: true })
  return folder
}

export interface WindowOptions extends BrowserVscodeOptions {
  /** Changes the copy of the sample workspace before VS Code opens it. */
  readonly prepare?: (folder: string) => void
}

/** Packed and installed by test/support/packExtension.ts before the tier begins. */
const packagedExtension = (): string => process.env.HEADWAY_TEST_EXTENSION ?? repository

/** Real VS Code, with Headway as a user has it, on a fresh copy of the samples, in a real browser. */
export const openWindow = async (options: WindowOptions = {}): Promise<TestWindow> => {
  const folder = copyOfSamples()
  options.prepare?.(folder)
  let server: BrowserVscode | undefined
  let browser: Browser | undefined
  const close = async (): Promise<void> => {
    await browser?.close()
    await server?.stop()
    await stopTrainers(folder)
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    server = await startBrowserVscode({ extension: packagedExtension(), ...options })
    const { url } = server
    const started = await launchBrowser()
    browser = started
    const newPage = () => started.newPage({ viewport: { width: 1400, height: 900 } })
    const page = await newPage()
    const externalRequests = new Set<string>()
    const consoleErrors: string[] = []
    page.on('request', (request) => {
      if (!isLocal(new URL(request.url()))) externalRequests.add(request.url().slice(0, 200))
    })
    page.on('console', (message) => {
      if (message.type() === 'error') consoleErrors.push(message.text())
    })
    const show = async (shown: Page) => {
      const workbench = new Workbench(shown)
      await shown.goto(url(folder))
      await workbench.ready()
      return { page: shown, workbench }
    }
    const another = async () => show(await newPage())
    const { workbench } = await show(page)
    return { server, workbench, page, folder, externalRequests, consoleErrors, another, close }
  } catch (error) {
    await close()
    throw error
  }
}
