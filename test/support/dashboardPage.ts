import fs from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { DashboardMessage, DashboardRequest } from '../../src/core/protocol/dashboard.ts'
import { repository } from './sources.ts'

/** VS Code's Dark Modern, as far as the page asks for it. */
const darkTheme: Record<string, string> = {
  foreground: '#cccccc',
  'editor-foreground': '#cccccc',
  'editor-background': '#1f1f1f',
  'editorWidget-background': '#202020',
  'widget-border': '#313131',
  'panel-border': '#2b2b2b',
  descriptionForeground: '#9d9d9d',
  focusBorder: '#0078d4',
  'button-background': '#0078d4',
  'button-foreground': '#ffffff',
  'button-secondaryBackground': '#313131',
  'button-secondaryForeground': '#cccccc',
  'button-border': '#ffffff12',
  'input-background': '#313131',
  'input-foreground': '#cccccc',
  'input-border': '#3c3c3c',
  'list-hoverBackground': '#2a2d2e',
  'progressBar-background': '#0078d4',
  'testing-iconPassed': '#73c991',
  errorForeground: '#f85149',
  'editorWarning-foreground': '#cca700',
  'textLink-foreground': '#4daafc',
  'font-family': 'system-ui, "DejaVu Sans", sans-serif',
  'font-size': '13px',
}

/**
 * The dashboard's page alone in a browser, with this program in the host's place: for what would take
 * too long by way of files, and to measure the page and nothing else.
 */
export class DashboardPageAlone {
  private constructor(
    readonly page: Page,
    readonly requests: DashboardRequest[],
  ) {}

  static async open(
    browser: Browser,
    size = { width: 1400, height: 900 },
  ): Promise<DashboardPageAlone> {
    const page = await browser.newPage({ viewport: size })
    const requests: DashboardRequest[] = []
    await page.exposeFunction('toHost', (request: DashboardRequest) => requests.push(request))
    await page.addInitScript(() => {
      const known = globalThis as unknown as Record<string, unknown>
      let saved: unknown
      known.acquireVsCodeApi = () => ({
        postMessage: (message: unknown) => (known.toHost as (message: unknown) => void)(message),
        getState: () => saved,
        setState: (state: unknown) => {
          saved = state
        },
      })
    })
    await page.goto('about:blank')
    const style = Object.entries(darkTheme)
      .map(([name, value]) => `--vscode-${name}: ${value};`)
      .join(' ')
    await page.setContent(
      `<!DOCTYPE html><html lang="en"><head><title>Dashboard</title><style>:root { ${style.replaceAll('"', "'")} }</style></head><body class="vscode-dark"><main id="dashboard" data-sweep="/sweep"></main></body></html>`,
    )
    const file = (name: string) => path.join(repository, 'dist/webview', name)
    await page.addStyleTag({ content: fs.readFileSync(file('dashboard.css'), 'utf8') })
    await page.addScriptTag({ content: fs.readFileSync(file('dashboard.js'), 'utf8') })
    return new DashboardPageAlone(page, requests)
  }

  async send(message: DashboardMessage): Promise<void> {
    await this.page.evaluate((data) => window.postMessage(data, '*'), message)
  }

  /** As `send`, and how long the page worked for it; the message's way into the browser apart. */
  async sendMeasured(message: DashboardMessage): Promise<{ script: number; all: number }> {
    await this.page.evaluate((data) => {
      ;(globalThis as unknown as { held: unknown }).held = data
    }, message)
    return this.measure(() =>
      this.page.evaluate(() =>
        window.postMessage((globalThis as unknown as { held: unknown }).held, '*'),
      ),
    )
  }

  /** Waits until what was sent is on the screen. */
  async untilPainted(): Promise<void> {
    await this.page.evaluate(
      () =>
        new Promise((resolve) => {
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 0)))
        }),
    )
  }

  /**
   * Milliseconds that the page's main thread itself worked, for scripts and for all of it, until
   * what was sent is on the screen: what other programs took meanwhile does not count.
   */
  async measure(action: () => Promise<void>): Promise<{ script: number; all: number }> {
    const session = await this.page.context().newCDPSession(this.page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const read = async () => {
      const { metrics } = await session.send('Performance.getMetrics')
      const value = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0
      return { script: 1000 * value('ScriptDuration'), all: 1000 * value('TaskDuration') }
    }
    const before = await read()
    await action()
    await this.untilPainted()
    const after = await read()
    await session.detach()
    return { script: after.script - before.script, all: after.all - before.all }
  }

  /** Frames a second while the mouse goes across a chart. */
  async framesWhileHovering(testId: string): Promise<number> {
    const chart = this.page.locator(`[data-testid="${testId}"]`)
    await chart.scrollIntoViewIfNeeded()
    return chart.evaluate(
      (canvas) =>
        new Promise<number>((resolve) => {
          const { width, height } = canvas.getBoundingClientRect()
          const frames = 90
          let frame = 0
          const started = performance.now()
          const next = (): void => {
            if (frame === frames) {
              resolve((1000 * frames) / (performance.now() - started))
              return
            }
            const { left, top } = canvas.getBoundingClientRect()
            const share = frame++ / frames
            const event = new MouseEvent('mousemove', {
              bubbles: true,
              clientX: left + width * (0.1 + 0.8 * share),
              clientY: top + height * (0.4 + 0.3 * Math.sin(20 * share)),
            })
            canvas.dispatchEvent(event)
            requestAnimationFrame(next)
          }
          requestAnimationFrame(next)
        }),
    )
  }

  async heapMB(): Promise<number> {
    const session = await this.page.context().newCDPSession(this.page)
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    return usedSize / 2 ** 20
  }
}
