import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Dashboard } from '../support/dashboard.ts'
import { writeFinishedRun } from '../support/finishedRun.ts'
import { trainerPids } from '../support/trainers.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const liveLimit = { timeout: 30_000, interval: 250 }

describe('a window that is not trusted', () => {
  let window: TestWindow
  let sweep: string

  beforeAll(async () => {
    window = await openWindow({
      trust: false,
      prepare: (folder) => {
        sweep = writeFinishedRun(folder)
      },
    })
  })

  afterAll(async () => {
    await window?.workbench.screenshot('restricted-mode-end')
    await window?.close()
  })

  it('shows the runs that are there, and their dashboard', async () => {
    const rows = await window.workbench.openSidePanel()
    await rows.filter({ hasText: sweep }).first().waitFor()
    await window.workbench.palette('Headway: Open Dashboard')
    const dashboard = new Dashboard(window.workbench.webview())
    await expect.poll(() => dashboard.points(), liveLimit).toBe(60)
    expect(await dashboard.state.textContent()).toMatch(/done/i)
    await window.workbench.screenshot('restricted-mode-dashboard')
  })

  it('does not offer to launch', async () => {
    expect(await window.workbench.offers('Headway: Open Dashboard')).toBe(true)
    expect(await window.workbench.offers('Headway: Fine-Tune…')).toBe(false)
    expect(trainerPids(window.folder)).toEqual([])
  })
})
