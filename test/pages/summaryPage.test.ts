import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../scripts/vscode/chromium.mjs'
import type { SummaryMessage, SummaryRequest } from '../../src/core/protocol/summary.ts'
import { glanceAt } from '../../src/core/runs/glance.ts'
import { accessibilityFaultsOf, openWebview } from '../support/dashboardPage.ts'
import { generateSweep, paperShape, type SweepShape } from '../support/finishedSweep.ts'
import { analysisOf, stateOf } from '../support/sweepStates.ts'

const limit = { timeout: 30_000, interval: 100 }

/** The side panel's summary alone: what it says of a sweep in the middle of its work. */
describe('the summary’s page', () => {
  let browser: Browser
  let page: Page
  let requests: SummaryRequest[]

  const part = (testId: string) => page.locator(`[data-testid="${testId}"]`).first()
  const text = async (testId: string) => ((await part(testId).textContent()) ?? '').trim()
  const send = (message: SummaryMessage) =>
    page.evaluate((data) => window.postMessage(data, '*'), message)
  const show = (shape: SweepShape, others = 0) => {
    const generated = generateSweep(shape)
    const { sweep, runs } = stateOf(generated)
    return send({
      type: 'glance',
      glance: glanceAt('/sweep', sweep, runs, analysisOf(generated)),
      others,
    })
  }
  const lookAt = async (name: string) => {
    await page.screenshot({ path: `test-results/screens/summary-${name}.png` })
    expect(await accessibilityFaultsOf(page, axe.source)).toEqual([])
  }

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 320, height: 520 } })
    requests = await openWebview(page, 'summary')
  })
  afterEach(() => page.close())

  it('says that it reads, and not that there is nothing, until it knows', async () => {
    expect(await text('empty')).toBe('Reading the runs…')
    await send({ type: 'none' })
    await expect.poll(() => text('empty'), limit).toBe('Nothing has run here yet.')
  })

  it('shows a running sweep at a glance, and leads to the cell that is clicked', async () => {
    await show({ ...paperShape, unfinished: 10 }, 1)
    await expect
      .poll(() => text('state'), limit)
      .toMatch(/^running · 8 of 18 runs done · \d+ % · .+ left · 1 other sweep running$/)
    expect(await text('best')).toMatch(/^Best so far: accuracy 8\d\.\d ± \d\.\d, lr \de-5 · batch/)
    expect(await text('live')).toMatch(/lr .+ · seed 1 · step \d+ of \d+ · loss 0\.\d{3}$/)
    expect(await part('live').locator('path').getAttribute('d')).toMatch(/^M\d.*L/)
    const signs = await part('grid').locator('button').allTextContents()
    expect(signs.filter((sign) => sign === '▶')).toHaveLength(1)
    expect(signs.filter((sign) => /^8\d\.\d$/.test(sign))).toHaveLength(8)
    expect(signs.filter((sign) => sign === '·')).toHaveLength(9)
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(wide).toBeLessThanOrEqual(0)
    await lookAt('running')
    await part('grid')
      .getByRole('button', { name: /^lr 2e-5, batch 32, 3 epochs/ })
      .click()
    await part('open').click()
    await expect
      .poll(() => requests.slice(1), limit)
      .toEqual([{ type: 'open', query: 'lr=2e-5 batch=32 epochs=3' }, { type: 'open' }])
  })

  it('keeps the focus on a cell while runs begin and end', async () => {
    await show({ ...paperShape, unfinished: 10 })
    const cell = part('grid').getByRole('button', { name: /^lr 2e-5, batch 32, 3 epochs/ })
    await cell.focus()
    await show({ ...paperShape, unfinished: 9 })
    await expect.poll(() => text('state'), limit).toMatch(/ 9 of 18 runs done /)
    expect(await cell.evaluate((node) => node === document.activeElement)).toBe(true)
  })

  it('of a grid of one parameter has one line of cells', async () => {
    await show({ ...paperShape, batchSizes: [16], epochs: [3] })
    await expect.poll(() => part('grid').locator('button').count(), limit).toBe(3)
    await lookAt('one-parameter')
  })
})
