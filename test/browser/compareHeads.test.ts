import axe from 'axe-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Dashboard } from '../support/dashboard.ts'
import { writeFinishedSweep } from '../support/finishedSweep.ts'
import { writeQuestionSweep, writeTokenSweep } from '../support/headSweeps.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const liveLimit = { timeout: 30_000, interval: 250 }

/** What *Compare* shows beyond configurations and curves depends on the head. */
describe('two compared runs', () => {
  let window: TestWindow
  let dashboard: Dashboard

  beforeAll(async () => {
    window = await openWindow({
      prepare: (folder) => {
        writeFinishedSweep(folder)
        writeTokenSweep(folder)
        writeQuestionSweep(folder)
      },
    })
    await window.page.setViewportSize({ width: 1500, height: 1200 })
    dashboard = new Dashboard(window.workbench.webview())
    await (await window.workbench.openSidePanel()).first().waitFor()
  })

  afterAll(() => window?.close())

  const compareFirstTwo = async (sweep: string): Promise<void> => {
    await window.workbench.palette('Headway: Open Dashboard')
    await window.workbench.quickPick(sweep)
    await expect.poll(() => dashboard.text('name'), liveLimit).toBe(sweep)
    for (const at of [0, 1]) {
      await dashboard.focusRow(at)
      await window.page.keyboard.press('Space')
      await expect.poll(() => dashboard.chosen(), liveLimit).toBe(at + 1)
    }
    await dashboard.part('compare').click()
    await dashboard.part('disagreements').waitFor()
  }

  const lookAt = async (name: string): Promise<void> => {
    await window.workbench.screenshot(`compare-${name}`)
    expect(await dashboard.accessibilityFaults(axe.source)).toEqual([])
    await window.workbench.palette('View: Close All Editors')
  }

  it('of classes have their confusion matrices', async () => {
    await compareFirstTwo('Sentiment, paper grid')
    const rows = await dashboard.tableRows('confusion')
    expect(rows.map(([gold]) => gold)).toEqual(['negative', 'positive'])
    const counts = rows.flatMap(([, ...cells]) => cells.map(Number))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(872)
    await lookAt('classes')
  })

  it('of the token head have F1 by entity type', async () => {
    await compareFirstTwo('Names')
    expect(await dashboard.text('verdicts')).toMatch(
      /A and B differ on 36 of 60 dev examples; A is better by [\d.]+ .*more than chance explains/,
    )
    const rows = await dashboard.tableRows('groups')
    expect(rows.map(([type, count]) => [type, count])).toEqual([
      ['LOC', '60'],
      ['PER', '120'],
    ])
    // 48 of 60 places found: F1 88.9; half of them, and the other half called people: 66.7.
    expect(rows[0]?.slice(2)).toEqual(['88.9', '66.7'])
    await lookAt('entities')
  })

  it('of the question-answering head have F1 by the length of the answer', async () => {
    await compareFirstTwo('Questions')
    const rows = await dashboard.tableRows('groups')
    expect(rows.map(([length]) => length)).toEqual(['no answer', '1', '2–3', '8 and more'])
    expect(rows.at(-1)).toEqual(['8 and more', '20', '80.0', '0.0'])
    await lookAt('answers')
  })
})
