import fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { layout } from '../../src/core/runs/store.ts'
import { Dashboard } from '../support/dashboard.ts'
import { appendEvents, runRecord, started, step, writeSweepOf } from '../support/runRecords.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const liveLimit = { timeout: 30_000, interval: 250 }
/** Headway looks four seconds after its start what is to be opened again. */
const lookedMs = 6500

/** Of another machine: this one cannot see its process, and believes its heartbeat. */
const trainer = {
  process: { host: 'elsewhere', pid: 1, startTime: 'another-boot:1' },
  socket: '/nowhere.sock',
  protocol: 1,
  version: '0.0.0',
}

describe('a window that is reloaded while a sweep trains', () => {
  let window: TestWindow
  let heart: NodeJS.Timeout
  const tabs = (text: string) => window.page.locator('.tabs-container .tab', { hasText: text })

  beforeAll(async () => {
    window = await openWindow({
      prepare: (folder) => {
        const run = layout.run(writeSweepOf(folder, [runRecord({ trainer })]), 'r1')
        appendEvents(run, 1, 1, [started(), step(1), step(2)])
        const heartbeat = layout.heartbeat(run, 1)
        heart = setInterval(() => fs.writeFileSync(heartbeat, String(Date.now())), 500)
      },
    })
  })

  afterAll(async () => {
    clearInterval(heart)
    await window?.close()
  })

  it('keeps its dashboard in the background as it was, and opens no second one', async () => {
    const { workbench, page } = window
    await workbench.palette('Headway: Open Dashboard')
    await new Dashboard(workbench.webview()).lossChart.waitFor()
    await workbench.palette('File: New Untitled Text File')
    await tabs('Untitled-1').waitFor()
    await page.keyboard.type('A text.')
    // By VS Code's own command: a page that is merely loaded again may not know which tab was in front.
    const loaded = page.waitForEvent('load')
    await workbench.palette('Developer: Reload Window')
    await loaded
    await workbench.ready()
    await workbench.openSidePanel()
    await page.waitForTimeout(lookedMs)
    expect(await tabs('Sweep').count()).toBe(1)
    expect(await page.locator('.tabs-container .tab.active').textContent()).toMatch(
      /A text|Untitled-1/,
    )
    await tabs('Sweep').click()
    await expect
      .poll(() => new Dashboard(workbench.webview()).points(), liveLimit)
      .toBeGreaterThan(0)
    expect(await tabs('Sweep').count()).toBe(1)
  })
})
