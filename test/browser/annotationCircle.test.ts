import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { layout, listSweepDirs, readRun } from '../../src/core/runs/store.ts'
import { AnnotatedEditor } from '../support/annotatedEditor.ts'
import { writePreparedRun } from '../support/preparedRun.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

/** The sample knows towns and countries; what a harbour numbers is new to it. */
const corrected = [
  ['The barge was moored at Quay 4 until the evening.', 'Quay 4'],
  ['We unloaded the timber at Quay 11 and went home.', 'Quay 11'],
  ['Nobody had swept Quay 2 since the storm.', 'Quay 2'],
  ['The inspector waited at Pier 3 with a flask of tea.', 'Pier 3'],
  ['Pier 9 was closed to walkers on Monday.', 'Pier 9'],
  ['A crane fell over at Pier 14 last winter.', 'Pier 14'],
  ['They painted the railings of Berth 6 a dull green.', 'Berth 6'],
  ['The ferry now leaves from Berth 21 instead.', 'Berth 21'],
  ['Berth 8 is too shallow for the new boats.', 'Berth 8'],
  ['Two divers checked the ladders at Dock 5 before lunch.', 'Dock 5'],
  ['The fire began near Dock 12 and spread quickly.', 'Dock 12'],
  ['Please meet us at Dock 7 after the meeting.', 'Dock 7'],
] as const

/** Mentions of the corrected kind, none of them among the corrections. */
const unseen = [
  ['The old tug lies at Quay 17 and rusts.', 'Quay 17'],
  ['Children fish from Pier 22 on Sundays.', 'Pier 22'],
  ['Berth 13 was dredged in the spring.', 'Berth 13'],
  ['The parcels are still at Dock 30.', 'Dock 30'],
  ['Someone had left a bicycle on Quay 6.', 'Quay 6'],
  ['A seal slept on the steps of Dock 9.', 'Dock 9'],
] as const

/** Where the cache does not have the run that the circle starts from, it is trained. */
const firstTime = 600_000
const trained = { timeout: 280_000, interval: 500 }
const slow = { timeout: 60_000, interval: 250 }

const start = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-circle-'))

describe('annotate, correct, retrain', { retry: 0 }, () => {
  let window: TestWindow
  let editor: AnnotatedEditor

  beforeAll(async () => {
    await writePreparedRun(start)
    window = await openWindow({
      settings: { 'editor.minimap.enabled': false, 'editor.fontSize': 15 },
      prepare: (folder) => {
        const write = (name: string, lines: readonly (readonly [string, string])[]) =>
          fs.writeFileSync(path.join(folder, name), `${lines.map(([line]) => line).join('\n')}\n`)
        write('report.txt', corrected)
        write('other.txt', unseen)
        fs.cpSync(start, folder, { recursive: true })
      },
    })
    editor = new AnnotatedEditor(window.page, window.workbench)
  }, firstTime)

  afterAll(async () => {
    await window?.workbench.screenshot('circle-end')
    await window?.close()
    fs.rmSync(start, { recursive: true, force: true })
  })

  let broken = false
  beforeEach(({ skip }) => skip(broken, 'the step before it failed'))
  // After each try: one that did better counts.
  afterEach(({ task }) => {
    broken = task.result?.state === 'fail'
  })

  /** Finished runs, the older first. */
  const finished = () =>
    listSweepDirs(path.join(window.folder, 'ner'))
      .flatMap((sweep) =>
        fs.readdirSync(path.join(sweep, 'runs')).map((id) => layout.run(sweep, id)),
      )
      .map((dir) => readRun(dir))
      .filter(({ state }) => state === 'done')
      .sort((a, b) => a.created - b.created)

  const rightMentions = async (): Promise<number> => {
    const reading = await editor.reading()
    return unseen.filter(([, mention]) => reading.includes(`${mention}[LOC]`)).length
  }

  it('is wrong about what the sample does not know', async () => {
    expect(finished()).toHaveLength(1)
    await editor.open('other.txt')
    await window.workbench.palette('Headway: Annotate This File')
    await window.workbench.statusBarItem(/Headway: [0-9a-f]{6} ·/).waitFor({ timeout: 60_000 })
    await expect.poll(() => editor.notes(), slow).not.toEqual([])
    expect(await rightMentions()).toBeLessThan(unseen.length / 2)
    await window.workbench.screenshot('circle-before')
  })

  it('is corrected where the text stands', async () => {
    await editor.open('report.txt')
    await window.workbench.palette('Headway: Annotate This File')
    await window.workbench.statusBarItem(/Headway: [0-9a-f]{6} ·/).waitFor()
    for (const [, mention] of corrected) {
      await editor.select(mention)
      await window.page.keyboard.press('Alt+1')
      const labels = () => editor.labels(window.folder, 'report.txt')
      // A key's first use waits for VS Code's other half: nobody types on that fast.
      await expect.poll(labels, slow).toContain(`${mention} LOC`)
    }
    await window.workbench.screenshot('circle-corrected')
  })

  it('learns from it: the old dev set has lost no more than a point', async () => {
    await window.workbench.palette('Headway: Retrain With Corrections')
    await window.workbench.quickPick('One epoch more of the corrected model')
    await expect.poll(() => finished().length, trained).toBe(2)
    const [before, after] = finished().map(({ metrics }) => metrics?.entityF1 ?? 0)
    console.log(`Entity F1 on the old dev set: ${before} before, ${after} after the corrections`)
    expect(after).toBeGreaterThanOrEqual((before ?? 1) - 0.01)
  })

  it('tells what changed', async () => {
    await window.workbench.notification(/has learned from your corrections/).waitFor(slow)
    await window.workbench.notificationButton('What Changed')
    const fixed = async () =>
      Number(/Right now, wrong before: (\d+)/.exec(await editor.reading())?.[1] ?? 0)
    await expect.poll(fixed, slow).toBeGreaterThanOrEqual(10)
    await window.workbench.screenshot('circle-what-changed')
  })

  it('is right about mentions that were not among the corrections, in another file', async () => {
    await editor.open('other.txt')
    await window.workbench.palette('Headway: Annotate With Another Run…')
    const [, after] = finished()
    await window.workbench.quickPick(after?.id.slice(0, 6) ?? '')
    await expect.poll(rightMentions, slow).toBe(unseen.length)
    await window.workbench.screenshot('circle-after')
  })
})
