import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type TestWindow } from '../support/window.ts'

const liveLimit = { timeout: 30_000, interval: 250 }

/** Texts and no experiment: where everybody begins. */
const withoutExperiments = (folder: string): void => {
  for (const file of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.headway.json')) fs.rmSync(path.join(folder, file))
  }
}

describe('the side panel where nothing has run', () => {
  let window: TestWindow
  const panel = () => window.page.locator('.sidebar')
  const link = (text: string) => panel().getByRole('button', { name: text, exact: true }).first()

  beforeAll(async () => {
    window = await openWindow({ prepare: withoutExperiments })
    await window.page.setViewportSize({ width: 1400, height: 1100 })
    await window.workbench.openSidePanel()
  })
  afterAll(() => window?.close())

  it('says what to do next in each of its views', async () => {
    await expect.poll(() => panel().textContent(), liveLimit).toContain('No runs yet.')
    for (const way of ['Fine-Tune…', 'New Experiment…', 'Install Runtime'])
      await link(way).waitFor()
    await window.workbench.palette('Headway: Focus on Data View')
    await expect
      .poll(() => panel().textContent(), liveLimit)
      .toContain('No experiment file names any data yet.')
    await window.workbench.palette('Headway: Focus on Models View')
    const models = window.workbench.tree('Models')
    await expect.poll(() => models.textContent(), liveLimit).toContain('None yet: finished runs')
    expect(await models.textContent()).toContain('Pretrained')
    await window.workbench.screenshot('welcome')
  })

  it('leads to fine-tuning', async () => {
    await link('Fine-Tune…').click()
    const wizard = window.page.locator('.quick-input-widget', { hasText: 'Headway: Fine-Tune' })
    await wizard.waitFor()
    await window.page.keyboard.press('Escape')
  })

  it('leads through the first steps', async () => {
    await window.workbench.palette('Headway: Focus on Sweeps View')
    await panel().getByText('Take the tour').click()
    const tour = window.page.locator('.gettingStartedContainer')
    await expect.poll(() => tour.textContent(), liveLimit).toContain('Fine-tune BERT on your own')
    await tour.getByText('Use it where the text is').click()
    const picture = tour.locator('img[srcset*="annotation-dark"]')
    await expect
      .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth), liveLimit)
      .toBeGreaterThan(500)
    await window.workbench.screenshot('tour')
    await tour.getByText('See which run is best').click()
    await tour.locator('img[srcset*="dashboard"]').waitFor()
    await window.workbench.screenshot('tour-compare')
  })
})
