import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../scripts/vscode/chromium.mjs'
import type {
  PlaygroundMessage,
  PlaygroundRequest,
  PlaygroundTask,
  PlayTexts,
} from '../../src/core/protocol/playground.ts'
import type { Trace } from '../../src/core/protocol/trace.ts'
import { accessibilityFaultsOf, openWebview } from '../support/dashboardPage.ts'
import { madeTrace } from '../support/madeTrace.ts'

const limit = { timeout: 30_000, interval: 100 }

const film = '[CLS] a quiet film , and a good one [SEP]'.split(' ')
const classes = (label: string) => ({
  kind: 'classes' as const,
  classes: 2,
  shares: [
    { label, probability: 0.93 },
    { label: 'negative', probability: 0.07 },
  ],
})
const question =
  '[CLS] where did they meet ? [SEP] they met in london in 1833 , when she was seventeen . [SEP]'.split(
    ' ',
  )

/** The playground's page alone: what it draws of what the host says. */
describe('the playground’s page', () => {
  let browser: Browser
  let page: Page
  let requests: PlaygroundRequest[]

  const part = (testId: string) => page.locator(`[data-testid="${testId}"]`).first()
  const text = async (testId: string) => ((await part(testId).textContent()) ?? '').trim()
  const send = (message: PlaygroundMessage) =>
    page.evaluate((data) => window.postMessage(data, '*'), message)
  const traces = () => requests.filter((request) => request.type === 'trace')
  const introduce = async (task: PlaygroundTask, texts: PlayTexts) => {
    const before = traces().length
    const about = { folder: '/model', name: 'k3f9a2', description: 'moods · accuracy 90.0' }
    await send({ type: 'model', ...about, task, texts })
    await expect.poll(() => traces().length, limit).toBe(before + 1)
  }
  const answer = async (trace: Trace) => {
    const request = traces().at(-1)?.request ?? 0
    await send({ type: 'traced', request, trace })
    await part('drawing').locator('svg').waitFor()
  }
  const lookAt = async (name: string) => {
    await page.screenshot({ path: `test-results/screens/playground-${name}.png` })
    expect(await accessibilityFaultsOf(page, axe.source)).toEqual([])
  }
  const texts = (selector: string) => part('drawing').locator(selector).allTextContents()

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1100, height: 860 } })
    requests = await openWebview(page, 'playground')
  })
  afterEach(() => page.close())

  it('draws a text from its pieces to its class', async () => {
    await introduce('sentence', { text: 'A quiet film, and a good one' })
    expect(traces()[0]).toMatchObject({ texts: { text: 'A quiet film, and a good one' } })
    await answer(madeTrace(film, classes('positive')))
    await expect.poll(() => text('result'), limit).toBe('positive 93.0 %, negative 7.0 %')
    expect(await texts('.input > text')).toEqual(film)
    expect((await texts('.state > text')).slice(0, 2)).toEqual(['C', 'T1'])
    expect(await part('drawing').locator('.trm').count()).toBe(6 * film.length)
    expect(await texts('.brace')).toEqual(['Single text'])
    await lookAt('sentence')
  })

  it('tells what a circle takes from, by mouse and by keys', async () => {
    await introduce('sentence', { text: 'A quiet film' })
    await answer(madeTrace(film, classes('positive')))
    const circle = part('drawing').locator('.around')
    await circle.nth(2 * film.length + 3).hover()
    await expect.poll(() => text('told'), limit).toMatch(/^Layer 3, “film” takes from: \S+ \d+/)
    expect(await part('drawing').locator('.chosen-edges path').count()).toBeGreaterThan(2)
    await page.mouse.move(5, 5)
    await expect.poll(() => text('told'), limit).toMatch(/^Point at a circle/)
    await part('drawing').focus()
    for (const key of ['ArrowUp', 'ArrowDown', 'ArrowRight', 'ArrowLeft', 'ArrowRight']) {
      await page.keyboard.press(key)
    }
    await expect.poll(() => text('told'), limit).toMatch(/^Layer 5, “a” takes from/)
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => text('told'), limit).toMatch(/^Layer 6, “\[SEP\]”/)
    const all = await text('told')
    await part('head').selectOption({ label: 'head 3' })
    await expect.poll(() => text('told'), limit).not.toBe(all)
    await part('drawing').focus()
    await page.keyboard.press('Escape')
    await expect.poll(() => text('told'), limit).toMatch(/^Point at a circle/)
  })

  it('hides what goes to [CLS] until it is asked for', async () => {
    await introduce('sentence', { text: 'A quiet film' })
    await answer(madeTrace(film, classes('positive')))
    const length = async () =>
      (
        await part('drawing')
          .locator('.edges path')
          .evaluateAll((paths) => paths.map((path) => path.getAttribute('d') ?? ''))
      ).join('').length
    const hidden = await length()
    await part('words').uncheck()
    await expect.poll(length, limit).toBeGreaterThan(hidden)
  })

  it('asks again when one types, and drops answers that are out of date', async () => {
    await introduce('pair', { text: 'one', textPair: 'two' })
    const stale = traces()[0]?.request ?? 0
    await part('text').fill('another')
    await expect.poll(() => traces().length, limit).toBe(2)
    expect(traces()[1]).toMatchObject({ texts: { text: 'another', textPair: 'two' } })
    await answer(madeTrace(film, classes('fresh')))
    await expect.poll(() => text('result'), limit).toMatch(/^fresh/)
    await send({ type: 'traced', request: stale, trace: madeTrace(film, classes('stale')) })
    await send({ type: 'failed', request: stale, error: 'stale' })
    expect(await text('result')).toMatch(/^fresh/)
    expect(await part('error').isHidden()).toBe(true)
  })

  it('keeps what was typed for another model that reads as many texts', async () => {
    await introduce('sentence', { text: 'the sample' })
    await answer(madeTrace(film, classes('positive')))
    await part('text').fill('my own')
    await part('choose').click()
    await expect.poll(() => requests.at(-1), limit).toEqual({ type: 'choose' })
    await send({ type: 'loading', name: 'other' })
    await expect.poll(() => text('model'), limit).toBe('Loading other…')
    expect(await part('drawing').isVisible()).toBe(false)
    // Also what was typed a moment ago, or while the model was loaded.
    await part('text').fill('my very own')
    await introduce('token', { text: 'another sample' })
    expect(await part('text').inputValue()).toBe('my very own')
    expect(traces().at(-1)).toMatchObject({ texts: { text: 'my very own' } })
    await introduce('pair', { text: 'one', textPair: 'two' })
    expect(await part('text').inputValue()).toBe('one')
    await part('text-pair').fill('')
    await introduce('either', { text: 'a sample' })
    expect(traces().at(-1)).toMatchObject({ texts: { text: 'a sample' } })
  })

  it('names an empty question’s context as what it is', async () => {
    await introduce('qa', { text: '', textPair: 'They met in London.' })
    const pieces = '[CLS] [SEP] they met in london . [SEP]'.split(' ')
    const shares = pieces.map(() => 0.1)
    const none = { text: '', first: -1, last: -1, probability: 0.6 }
    await answer(madeTrace(pieces, { kind: 'answer', start: shares, end: shares, ...none }))
    expect(await texts('.brace')).toEqual(['Context'])
    await expect.poll(() => text('result'), limit).toBe('no answer, 60.0 %')
  })

  it('draws an answer over its pieces, in view', async () => {
    await introduce('qa', { text: 'Where did they meet?', textPair: 'They met in London.' })
    const at = question.indexOf('london')
    const shares = question.map((_, piece) => (piece === at ? 0.8 : piece > 6 ? 0.02 : 0))
    const answered = { text: 'London', first: at, last: at, probability: 0.77 }
    await answer(madeTrace(question, { kind: 'answer', start: shares, end: shares, ...answered }))
    await expect.poll(() => text('result'), limit).toBe('London, 77.0 %')
    expect(await texts('.brace')).toEqual(['Question', 'Context'])
    const box = await part('drawing').locator('.span').boundingBox()
    expect(box?.x).toBeGreaterThan(0)
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThan(1100)
    await lookAt('answer')
  })

  it('shows tags over the first piece of each word, as text and never as markup', async () => {
    const hostile = '<img src=x onerror=alert(1)>'
    const pieces = ['[CLS]', 'ada', '##line', hostile, '[SEP]']
    const words = [
      { piece: 1, text: 'Adaline', shares: [{ label: 'B-PER', probability: 0.9 }] },
      { piece: 3, text: hostile, shares: [{ label: hostile, probability: 0.8 }] },
    ].map((word) => ({ ...word, start: 0, end: 1 }))
    await introduce('token', { text: hostile })
    await answer(madeTrace(pieces, { kind: 'tags', spans: false, words }))
    await expect.poll(() => text('result'), limit).toContain(hostile)
    expect(await page.locator('img').count()).toBe(0)
    expect((await texts('.tag > text')).filter((tag) => tag === 'B-PER')).toHaveLength(1)
    await lookAt('tags')
    await part('drawing').focus()
    for (const key of ['ArrowUp', 'ArrowRight']) await page.keyboard.press(key)
    await expect.poll(() => text('told'), limit).toMatch(/Tagged B-PER 90\.0 %\.$/)
    expect(await page.locator('[role=status]', { hasText: 'Tagged B-PER' }).count()).toBe(1)
  })

  it('says what is wrong, and recovers', async () => {
    await introduce('sentence', { text: 'a' })
    await send({ type: 'failed', request: traces().at(-1)?.request ?? 0, error: 'It is gone.' })
    await expect.poll(() => text('error'), limit).toBe('It is gone.')
    expect(await part('drawing').isVisible()).toBe(false)
    await part('text').fill('b')
    await expect.poll(() => traces().length, limit).toBe(2)
    await answer({ ...madeTrace(film, classes('positive')), cut: 12 })
    await expect.poll(() => part('error').isHidden(), limit).toBe(true)
    expect(await text('cut')).toMatch(/12 more are left out/)
  })

  it('fits a narrow tab', async () => {
    await page.setViewportSize({ width: 420, height: 800 })
    await introduce('pair', { text: 'one', textPair: 'two' })
    await answer(madeTrace(question, { kind: 'score', score: 3.25 }))
    await expect.poll(() => text('result'), limit).toBe('score 3.250')
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(wide).toBeLessThanOrEqual(0)
    await lookAt('narrow')
  })
})
