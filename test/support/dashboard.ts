import type { FrameLocator, Locator } from 'playwright-core'

/** The dashboard's page, by what it shows. */
export class Dashboard {
  constructor(private readonly frame: FrameLocator) {}

  private part(testId: string): Locator {
    return this.frame.locator(`[data-testid="${testId}"]`).first()
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
