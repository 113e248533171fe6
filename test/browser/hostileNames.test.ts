import fs from 'node:fs'
import path from 'node:path'
import type { FrameLocator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { updateMark } from '../../src/core/runs/marksFile.ts'
import { readSweep } from '../../src/core/runs/store.ts'
import { Dashboard } from '../support/dashboard.ts'
import { paperShape, writeFinishedSweep } from '../support/finishedSweep.ts'
import { hostileNames } from '../support/hostileNames.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const liveLimit = { timeout: 30_000, interval: 250 }
const [markup] = hostileNames
/** As far as a file system allows it. */
const fileName = `${markup.replaceAll('/', '')} \u202Egnp.tsv`

const writeHostile = (folder: string): void => {
  const shape = { ...paperShape, epochs: [3], devExamples: 120 }
  const names = { sweep: hostileNames.join(' '), labels: hostileNames }
  const dir = writeFinishedSweep(folder, { ...shape, names })
  const [first = '', second = '', third = '', fourth = ''] = readSweep(dir).runs
  updateMark(dir, first, { name: markup, note: markup })
  updateMark(dir, second, { name: hostileNames[3], note: hostileNames[1] })
  updateMark(dir, third, { name: hostileNames[2].slice(0, 200) })
  updateMark(dir, fourth, { name: hostileNames[4] })
  fs.writeFileSync(path.join(folder, fileName), 'text\tlabel\na\tb\n')
  const experiment = { head: 'sentence', name: markup, data: { train: fileName } }
  fs.writeFileSync(path.join(folder, 'hostile.headway.json'), JSON.stringify(experiment))
}

const policyOf = async (frame: FrameLocator): Promise<Map<string, string>> => {
  const meta = frame.locator('meta[http-equiv="Content-Security-Policy"]')
  const policy = (await meta.getAttribute('content')) ?? ''
  return new Map(
    policy.split(';').map((part) => {
      const [name = '', ...sources] = part.trim().split(/\s+/)
      return [name, sources.join(' ')] as const
    }),
  )
}

/** Text from data, labels, file and run names is text, wherever it is shown. */
describe('names as nobody should choose them', () => {
  let window: TestWindow
  let dashboard: Dashboard
  const row = (at: number) => window.workbench.treeRow('Sweeps', at)

  beforeAll(async () => {
    window = await openWindow({ prepare: writeHostile })
    await window.page.setViewportSize({ width: 1500, height: 1300 })
    dashboard = new Dashboard(window.workbench.webview())
    await (await window.workbench.openSidePanel()).first().waitFor()
  })

  afterAll(() => window?.close())

  it('are text in the trees of the side panel', async () => {
    await expect.poll(() => row(0).textContent(), liveLimit).toContain(markup)
    const tree = window.workbench.tree('Sweeps')
    await expect.poll(() => tree.textContent(), liveLimit).toContain('right to left override')
    expect(await window.page.locator('.sidebar img[src="x"]').count()).toBe(0)
    await row(1).hover()
    await window.workbench.palette('Headway: Focus on Data View')
    const data = window.workbench.tree('Data')
    await expect.poll(() => data.textContent(), liveLimit).toContain('<img src=x')
    await window.workbench.screenshot('hostile-side-panel')
  })

  it('are text in the summary', async () => {
    const summary = window.workbench.summary()
    await expect
      .poll(() => summary.locator('[data-testid="open"]').textContent(), liveLimit)
      .toContain(markup)
    expect(await summary.locator('img').count()).toBe(0)
    const overflow = await summary
      .locator('html')
      .evaluate((root) => root.scrollWidth - root.clientWidth)
    expect(overflow).toBeLessThanOrEqual(0)
  })

  it('are text on the dashboard, its tab, and in the diff editor', async () => {
    await window.workbench.palette('Headway: Open Dashboard')
    await expect.poll(() => dashboard.text('name'), liveLimit).toContain(markup)
    expect(await dashboard.overflowInPixels()).toBeLessThanOrEqual(0)
    for (const at of [0, 1]) {
      await dashboard.focusRow(at)
      await window.page.keyboard.press('Space')
      await expect.poll(() => dashboard.chosen(), liveLimit).toBe(at + 1)
    }
    await dashboard.part('compare').click()
    await dashboard.part('disagreements').waitFor()
    expect((await dashboard.tableRows('confusion')).map(([gold]) => gold)[0]).toBe(markup)
    expect(await dashboard.overflowInPixels()).toBeLessThanOrEqual(0)
    await window.workbench.screenshot('hostile-compare')
    await dashboard.part('disagreements').click()
    const diff = window.page.locator('.monaco-diff-editor')
    await diff.waitFor()
    expect(await window.page.locator('img[src="x"]').count()).toBe(0)
    await window.workbench.screenshot('hostile-diff')
  })

  it('are no links in a message', async () => {
    const named = window.workbench
      .tree('Sweeps')
      .locator('.monaco-list-row', { hasText: /^\s*\[a link\]/ })
      .first()
    await window.workbench.contextMenu(named, 'Delete')
    const message = window.workbench.notification('a link')
    await message.waitFor()
    expect(await message.textContent()).toContain('(command:workbench.action.closeWindow)')
    expect(await message.locator('a[href], .monaco-link').count()).toBe(0)
    await message.getByRole('button', { name: 'Undo' }).click()
  })

  it('changed nothing of the window, and ran nothing', async () => {
    // The window's title may hold the whole name, as text; run, it would be this word alone.
    expect(await window.page.title()).not.toBe('hacked')
    expect([...window.externalRequests]).toEqual([])
  })

  // Not twice: it closes an editor.
  it('meet pages that allow nothing but their own script and style', { retry: 0 }, async () => {
    await window.workbench.palette('View: Close Editor')
    await dashboard.part('name').waitFor()
    for (const frame of [window.workbench.summary(), window.workbench.webview()]) {
      const title = await frame.locator('html').evaluate((root) => root.ownerDocument.title)
      expect(title).not.toBe('hacked')
      const policy = await policyOf(frame)
      expect(policy.get('default-src')).toBe("'none'")
      expect(policy.get('script-src')).toMatch(/^'nonce-[A-Za-z0-9+/=]{20,}'$/)
      expect([...policy.values()].join(' ')).not.toMatch(/unsafe-|\*(\s|$)|http:|data:/)
      // VS Code puts one of its own into each webview, with the page's nonce.
      const scripts = await frame
        .locator('script:not(#_vscodeApiScript)')
        .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('src') ?? node.textContent))
      // A dashboard has one line of its own in the page, which is the same for all.
      const own = scripts.filter((script) => !script?.startsWith('window.early = []; '))
      expect(own).toEqual([expect.stringMatching(/^https:\S+\/(dashboard|summary)\.js$/)])
      const handlers = await frame
        .locator('main *')
        .evaluateAll((nodes) =>
          nodes.flatMap(({ attributes }) =>
            [...attributes].filter(({ name }) => name.startsWith('on')).map(({ name }) => name),
          ),
        )
      expect(handlers).toEqual([])
    }
    const broken = window.consoleErrors.filter((text) => text.includes('Content Security Policy'))
    expect(broken).toEqual([])
  })
})
