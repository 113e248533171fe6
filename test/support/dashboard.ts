import type { FrameLocator, Locator } from 'playwright-core'

/** The dashboard's page, by what it shows. */
export class Dashboard {
  constructor(private readonly frame: FrameLocator) {}

  part(testId: string): Locator {
    return this.frame.locator(`[data-testid="${testId}"]`).first()
  }

  /** Until a chart has so many lines, and something is on its canvas. */
  async drawn(testId: string, lines: number): Promise<void> {
    await this.frame.locator(`[data-testid="${testId}"][data-lines="${lines}"]`).waitFor()
    await this.part(testId).evaluate(
      (node) =>
        new Promise<void>((resolve) => {
          const canvas = node as HTMLCanvasElement
          const look = (): void => {
            const pixels = canvas
              .getContext('2d')
              ?.getImageData(0, 0, canvas.width, canvas.height).data
            if (pixels?.some((value) => value > 0)) resolve()
            else requestAnimationFrame(look)
          }
          look()
        }),
    )
  }

  get state(): Locator {
    return this.part('state')
  }

  get stopButton(): Locator {
    return this.part('stop')
  }

  get lossChart(): Locator {
    return this.part('chart-loss')
  }

  /** How many steps the loss curve holds. */
  async points(): Promise<number> {
    return Number((await this.lossChart.getAttribute('data-points')) ?? 0)
  }

  /** How many pixels of the loss curve's canvas are not empty. */
  async paintedPixels(): Promise<number> {
    return this.lossChart.evaluate((node) => {
      const canvas = node as HTMLCanvasElement
      const image = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height)
      return image ? image.data.filter((alpha, i) => i % 4 === 3 && alpha > 0).length : 0
    })
  }

  async contentPolicy(): Promise<string> {
    const policy = this.frame.locator('meta[http-equiv="Content-Security-Policy"]')
    return (await policy.getAttribute('content')) ?? ''
  }

  widthInPixels(): Promise<number> {
    return this.frame.locator('html').evaluate((root) => root.clientWidth)
  }

  /** How far the page is wider than what is seen of it. */
  overflowInPixels(): Promise<number> {
    return this.frame.locator('html').evaluate((root) => root.scrollWidth - root.clientWidth)
  }

  async text(testId: string): Promise<string> {
    return ((await this.part(testId).textContent()) ?? '').trim()
  }

  async frameText(): Promise<string> {
    return (await this.frame.locator('main').textContent()) ?? ''
  }

  /** What a screen reader says of the grid's cells. */
  cells(): Promise<string[]> {
    return this.frame
      .locator('button.heat')
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('aria-label') ?? ''))
  }

  cell(name: string): Locator {
    return this.frame.locator(`button.heat[aria-label^="${name}"]`)
  }

  rows(): Promise<number> {
    return this.frame.locator('table.runs tr[data-run]').count()
  }

  /** What stands in the body of a card's table, row by row. */
  tableRows(testId: string): Promise<string[][]> {
    return this.part(testId)
      .locator('tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => [...row.children].map((cell) => (cell.textContent ?? '').trim())),
      )
  }

  starred(): Promise<number> {
    return this.frame.locator('table.runs .star[aria-pressed="true"]').count()
  }

  chosen(): Promise<number> {
    return this.frame.locator('table.runs tr.chosen').count()
  }

  async lit(): Promise<{ rows: number; cells: number }> {
    const count = (selector: string) => this.frame.locator(selector).count()
    return { rows: await count('tr.lit'), cells: await count('button.heat.lit') }
  }

  focusRow(at: number): Promise<void> {
    return this.frame.locator('table.runs tr[data-row]').nth(at).focus()
  }

  /** Chooses an entry of one of the page's menus. */
  async menu(testId: string, entry: string): Promise<void> {
    await this.part(testId).click()
    await this.frame.locator('[role="menuitem"]', { hasText: entry }).click()
  }

  /** Moves the mouse over a chart, to shares of its width and height. */
  async hoverChart(testId: string, x: number, y: number): Promise<void> {
    const chart = this.part(testId)
    await chart.scrollIntoViewIfNeeded()
    const { width, height } = await this.sizeOf(chart)
    await chart.hover({ position: { x: width * x, y: height * y } })
  }

  /** Drags across a chart, which zooms. */
  async dragChart(testId: string, from: number, to: number): Promise<void> {
    const chart = this.part(testId)
    const { width, height } = await this.sizeOf(chart)
    await chart.dragTo(chart, {
      sourcePosition: { x: width * from, y: height / 2 },
      targetPosition: { x: width * to, y: height / 2 },
    })
  }

  /** Brushes an axis of the parallel coordinates, from share to share of its height. */
  async dragAxis(name: string, from: number, to: number): Promise<void> {
    const axis = this.frame.locator(`.brush[data-axis="${name}"]`)
    const { height } = await this.sizeOf(axis)
    await axis.dragTo(axis, {
      sourcePosition: { x: 12, y: height * from + 1 },
      targetPosition: { x: 12, y: height * to },
    })
  }

  /** As wide as a narrow panel, or as a page that is magnified, leaves it. */
  async narrowTo(pixels: number): Promise<void> {
    await this.frame.locator('html').evaluate((root, width) => {
      const frame = root.ownerDocument.defaultView?.frameElement
      // Of another realm, so no instanceof.
      if (frame) (frame as HTMLIFrameElement).style.width = `${width}px`
    }, pixels)
  }

  private async sizeOf(node: Locator): Promise<{ width: number; height: number }> {
    return (await node.boundingBox()) ?? { width: 0, height: 0 }
  }

  /** What axe (its source) finds wrong, each fault with the elements it concerns. */
  async accessibilityFaults(axeSource: string): Promise<string[]> {
    const handle = await this.frame.locator('html').elementHandle()
    const frame = await handle?.ownerFrame()
    if (!frame) throw new Error('the dashboard is not open')
    await frame.evaluate(axeSource)
    return frame.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
      const { violations } = await axe.run()
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
      )
    })
  }
}
