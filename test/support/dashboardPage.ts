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

/** A webview's page in a browser of its own; what it sends to its host. */
export const openWebview = async <Request>(
  page: Page,
  name: 'dashboard' | 'summary' | 'playground',
): Promise<Request[]> => {
  const requests: Request[] = []
  await page.exposeFunction('toHost', (request: Request) => requests.push(request))
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
    .map(([key, value]) => `--vscode-${key}: ${value};`)
    .join(' ')
  const title = { dashboard: 'Dashboard', summary: 'Summary', playground: 'Playground' }[name]
  await page.setContent(
    `<!DOCTYPE html><html lang="en"><head><title>${title}</title><style>:root { ${style.replaceAll('"', "'")} }</style></head><body class="vscode-dark"><main id="${name}" data-sweep="/sweep"></main></body></html>`,
  )
  const file = (suffix: string) => path.join(repository, 'dist/webview', `${name}.${suffix}`)
  await page.addStyleTag({ content: fs.readFileSync(file('css'), 'utf8') })
  await page.addScriptTag({ content: fs.readFileSync(file('js'), 'utf8') })
  return requests
}

/** What axe (its source) finds wrong. */
export const accessibilityFaultsOf = async (page: Page, axeSource: string): Promise<string[]> => {
  await page.evaluate(axeSource)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
    const { violations } = await axe.run()
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
    )
  })
}

/**
 * Milliseconds until what was sent is on the screen: those that the page's main thread itself worked,
 * for scripts and for all of it (what other programs took meanwhile does not count), and by the clock.
 */
export interface PageWork {
  readonly script: number
  readonly all: number
  readonly wall: number
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
    { size = { width: 1400, height: 900 }, clock = false } = {},
  ): Promise<DashboardPageAlone> {
    const page = await browser.newPage({ viewport: size })
    if (clock) await page.clock.install()
    const requests = await openWebview<DashboardRequest>(page, 'dashboard')
    return new DashboardPageAlone(page, requests)
  }

  async send(message: DashboardMessage): Promise<void> {
    await this.page.evaluate((data) => window.postMessage(data, '*'), message)
  }

  /** As `send`, and how long the page worked for it; the message's way into the browser apart. */
  async sendMeasured(message: DashboardMessage): Promise<PageWork> {
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

  /** What has the focus, by its test id or its name. */
  active(): Promise<string> {
    return this.page.evaluate(() => {
      const { activeElement: node } = document
      const name = node?.getAttribute('data-testid') ?? node?.getAttribute('aria-label')
      return name ?? node?.textContent ?? ''
    })
  }

  /** What Tab goes to from the pages' tabs on, to the end; each is seen to have the focus. */
  async walk(tab: string): Promise<string[]> {
    await this.page.locator(`#tab-${tab}`).focus()
    const names: string[] = []
    for (;;) {
      await this.page.keyboard.press('Tab')
      const seen = await this.page.evaluate(() => {
        const { activeElement: node } = document
        if (!node || node === document.body) return undefined
        // The toolkit draws its button's frame within.
        return node.matches('vscode-button') || getComputedStyle(node).outlineStyle !== 'none'
      })
      if (seen === undefined) return names
      names.push(`${seen ? '' : 'not seen: '}${await this.active()}`)
    }
  }

  async measure(action: () => Promise<void>): Promise<PageWork> {
    const session = await this.page.context().newCDPSession(this.page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const read = async () => {
      const { metrics } = await session.send('Performance.getMetrics')
      const value = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0
      return { script: 1000 * value('ScriptDuration'), all: 1000 * value('TaskDuration') }
    }
    const before = await read()
    const began = performance.now()
    await action()
    await this.untilPainted()
    const wall = performance.now() - began
    const after = await read()
    await session.detach()
    return { script: after.script - before.script, all: after.all - before.all, wall }
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

  /** What axe (its source) finds wrong. */
  accessibilityFaults(axeSource: string): Promise<string[]> {
    return accessibilityFaultsOf(this.page, axeSource)
  }

  /** Frames a second while the wheel zooms in, then out again. */
  framesWhileZooming(testId: string): Promise<number> {
    return this.framesWhile(`[data-testid="${testId}"]`, (canvas, share) => {
      const { left, top, width, height } = canvas.getBoundingClientRect()
      const event = new WheelEvent('wheel', {
        bubbles: true,
        cancelable: true,
        ctrlKey: true,
        deltaY: share < 0.5 ? -100 : 100,
        clientX: left + 0.4 * width,
        clientY: top + 0.5 * height,
      })
      canvas.dispatchEvent(event)
    })
  }

  /** Frames a second while something scrolls from its top to its end. */
  framesWhileScrolling(selector: string): Promise<number> {
    return this.framesWhile(selector, (node, share) => {
      node.scrollTop = share * (node.scrollHeight - node.clientHeight)
    })
  }

  private async framesWhile(
    selector: string,
    step: (node: Element, share: number) => void,
  ): Promise<number> {
    const node = this.page.locator(selector).first()
    await node.scrollIntoViewIfNeeded()
    const handle = await node.elementHandle()
    // A function's text goes into the page, and is made one again there.
    return this.page.evaluate(
      ([target, source]) =>
        new Promise<number>((resolve) => {
          const act = new Function(`return ${source}`)() as typeof step
          const frames = 90
          let frame = 0
          const started = performance.now()
          const next = (): void => {
            if (frame === frames) {
              resolve((1000 * frames) / (performance.now() - started))
              return
            }
            if (target) act(target as Element, frame++ / frames)
            requestAnimationFrame(next)
          }
          requestAnimationFrame(next)
        }),
      [handle, step.toString()] as const,
    )
  }

  async heapMB(): Promise<number> {
    const session = await this.page.context().newCDPSession(this.page)
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    return usedSize / 2 ** 20
  }

  /** JavaScript's heap, and what the page's process keeps for itself alone. */
  async memoryMB(): Promise<{ heap: number; process: number }> {
    const session = await this.page.context().browser()?.newBrowserCDPSession()
    const { processInfo } = (await session?.send('SystemInfo.getProcessInfo')) ?? {
      processInfo: [],
    }
    const renderers = processInfo.filter(({ type }) => type === 'renderer')
    const own = renderers.map(({ id }) => privateMB(id))
    return { heap: await this.heapMB(), process: Math.max(0, ...own) }
  }
}

const privateMB = (pid: number): number => {
  const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const kilobytes = [...text.matchAll(/^Private_\w+:\s+(\d+) kB/gm)].map(([, size]) => Number(size))
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024
}
