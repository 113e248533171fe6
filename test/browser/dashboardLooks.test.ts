import axe from 'axe-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Dashboard } from '../support/dashboard.ts'
import { writeFinishedRun } from '../support/finishedRun.ts'
import { openWindow, type TestWindow } from '../support/window.ts'
import { themeNames } from '../support/workbench.ts'

const liveLimit = { timeout: 30_000, interval: 250 }

describe('the dashboard of a finished run', () => {
  let window: TestWindow
  let dashboard: Dashboard

  beforeAll(async () => {
    window = await openWindow({ prepare: writeFinishedRun })
    dashboard = new Dashboard(window.workbench.webview())
    const rows = await window.workbench.openSidePanel()
    // The palette offers the dashboard once there are runs.
    await rows.first().waitFor()
    await window.workbench.palette('Headway: Open Dashboard')
    await dashboard.lossChart.waitFor()
  })

  afterAll(() => window?.close())

  it.each(themeNames)('has no accessibility fault that axe finds in %s', async (theme) => {
    await window.workbench.switchTheme(theme)
    await expect.poll(() => dashboard.paintedPixels(), liveLimit).toBeGreaterThan(500)
    await window.workbench.screenshot(`dashboard-${theme}`)
    expect(await dashboard.accessibilityFaults(axe.source)).toEqual([])
  })

  it('fits a narrow column without scrolling sideways', async () => {
    await window.page.setViewportSize({ width: 800, height: 900 })
    await expect.poll(() => dashboard.widthInPixels(), liveLimit).toBeLessThan(500)
    await window.workbench.screenshot('dashboard-narrow')
    expect(await dashboard.overflowInPixels()).toBeLessThanOrEqual(0)
  })

  it('is there again when the page is merely loaded again', async () => {
    await window.workbench.reload()
    await dashboard.lossChart.waitFor({ timeout: liveLimit.timeout })
    await expect.poll(() => dashboard.points(), liveLimit).toBeGreaterThan(0)
  })

  it('asked nothing of another machine', () => {
    expect([...window.externalRequests]).toEqual([])
  })
})
