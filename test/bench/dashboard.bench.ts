import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../scripts/vscode/chromium.mjs'
import { median } from '../../src/engine/bench/median.ts'
import { Dashboard } from '../support/dashboard.ts'
import { DashboardPageAlone } from '../support/dashboardPage.ts'
import { generateSweep, paperShape, writeFinishedSweep } from '../support/finishedSweep.ts'
import { repository } from '../support/sources.ts'
import { analysisOf, largeState } from '../support/sweepStates.ts'
import { openWindow } from '../support/window.ts'
import { watchOthers } from './quiet.ts'
import { withReport } from './section.ts'

/**
 * The dashboard's figures: `npx vitest run --project bench`. Prints them, and writes the section
 * *Dashboard* of docs/performance.md with `HEADWAY_WRITE=1`.
 */
const batches = 100
const opened = 5
const activations = 3
const limit = { timeout: 30_000, interval: 100 }

interface Figure {
  readonly what: string
  readonly measured: string
  readonly wanted: string
  readonly holds: boolean
}

const figures: Figure[] = []
const others = watchOthers()

const keep = (what: string, measured: string, wanted: string, holds: boolean): void => {
  figures.push({ what, measured, wanted, holds })
}

const list = (values: readonly number[], digits = 0): string =>
  values.map((value) => value.toFixed(digits)).join(', ')

const largeShape = {
  ...paperShape,
  learningRates: [1e-5, 2e-5, 3e-5, 5e-5, 8e-5],
  batchSizes: [8, 16, 32, 64],
  epochs: [1, 2, 3, 4, 5],
  seeds: [1, 2],
  trainExamples: 64,
  devExamples: 20,
}

describe('the dashboard of 200 runs of 5,000 points', () => {
  it('paints, grows, hovers, zooms and scrolls', async () => {
    const browser = await launchBrowser()
    try {
      const generated = generateSweep(largeShape)
      const state = largeState(generated, 5000)
      expect(state.runs).toHaveLength(200)
      const id = state.runs[0]?.record.id ?? ''
      const paints: number[] = []
      for (let at = 1; at < opened; at++) {
        const other = await DashboardPageAlone.open(browser)
        const { wall } = await other.sendMeasured({
          type: 'snapshot',
          seq: 1,
          trusted: true,
          state,
        })
        paints.push(wall)
        await other.page.close()
      }
      const alone = await DashboardPageAlone.open(browser)
      const paint = await alone.sendMeasured({ type: 'snapshot', seq: 1, trusted: true, state })
      paints.push(paint.wall)
      keep(
        'first paint after the snapshot',
        `${median(paints).toFixed(0)} ms (${list(paints)})`,
        '< 500 ms',
        median(paints) < 500,
      )

      await alone.send({ type: 'analysis', analysis: analysisOf(generated) })
      await alone.send({
        type: 'delta',
        seq: 2,
        changes: [{ type: 'state', run: id, state: 'running' }],
      })
      await alone.untilPainted()
      const deltas: number[] = []
      for (let at = 1; at <= batches; at++) {
        const event = {
          type: 'step',
          time: 0,
          epoch: 2.5,
          loss: 0.2,
          learningRate: 1e-6,
          stepMs: 300,
          examples: 8,
          seq: at,
          step: 5000 + at,
        } as const
        const change = { type: 'event', run: id, event } as const
        const { script } = await alone.sendMeasured({
          type: 'delta',
          seq: 2 + at,
          changes: [change],
        })
        deltas.push(script)
      }
      const p95 = [...deltas].sort((a, b) => a - b)[Math.floor(batches * 0.95)] ?? Number.NaN
      const worst = Math.max(...deltas)
      keep(
        `script for a batch of deltas (${batches} of them)`,
        `median ${median(deltas).toFixed(1)} ms, 95 % under ${p95.toFixed(1)} ms, worst ${worst.toFixed(1)} ms`,
        '< 16 ms',
        worst < 16,
      )

      const hover = await alone.framesWhileHovering('chart-loss')
      keep(
        'frames while the mouse goes over the loss curves',
        `${hover.toFixed(0)} a second`,
        '≥ 30 a second',
        hover >= 30,
      )
      const zoom = await alone.framesWhileZooming('chart-loss')
      keep(
        'frames while zooming in and out with the wheel',
        `${zoom.toFixed(0)} a second`,
        '≥ 30 a second',
        zoom >= 30,
      )
      const scroll = await alone.framesWhileScrolling('.table-scroll:has(> [data-testid="runs"])')
      keep(
        'frames while the table of 200 rows scrolls',
        `${scroll.toFixed(0)} a second`,
        '≥ 30 a second',
        scroll >= 30,
      )
      const { heap, process } = await alone.memoryMB()
      keep(
        'memory of the page’s process (of it JavaScript’s heap)',
        `${process.toFixed(0)} MB (${heap.toFixed(0)} MB)`,
        '< 250 MB',
        process < 250,
      )
    } finally {
      await browser.close()
    }
  })
})

describe('the dashboard in VS Code', () => {
  it('opens on a finished sweep of 18 runs', async () => {
    const window = await openWindow({ prepare: writeFinishedSweep })
    try {
      await window.page.setViewportSize({ width: 1500, height: 1300 })
      await (await window.workbench.openSidePanel()).first().waitFor()
      const dashboard = new Dashboard(window.workbench.webview())
      const summary = window.workbench.summary().locator('[data-testid="open"]')
      const times: number[] = []
      for (let at = 0; at < opened; at++) {
        await summary.waitFor()
        const began = performance.now()
        await summary.click()
        await dashboard.drawn('chart-metric', 18)
        times.push(performance.now() - began)
        await expect.poll(() => dashboard.rows(), limit).toBe(18)
        await window.workbench.palette('View: Close All Editors')
        await dashboard.lossChart.waitFor({ state: 'detached' })
      }
      keep(
        'opening the dashboard of a finished 18-run sweep, from the click to its curves',
        `${median(times).toFixed(0)} ms (${list(times)})`,
        '< 1 s',
        Math.max(...times) < 1000,
      )
    } finally {
      await window.close()
    }
  })

  it('activates', async () => {
    const times: number[] = []
    for (let at = 0; at < activations; at++) {
      const window = await openWindow({ prepare: writeFinishedSweep })
      try {
        await (await window.workbench.openSidePanel()).first().waitFor()
        times.push(await window.workbench.activationMs())
      } finally {
        await window.close()
      }
    }
    keep(
      'activation of the extension, VS Code’s own figure',
      `${median(times).toFixed(0)} ms (${list(times)})`,
      '< 50 ms',
      median(times) < 50,
    )
  })
})

describe('what is shipped', () => {
  it('is small', () => {
    for (const name of ['dashboard', 'summary']) {
      const bytes = fs.statSync(path.join(repository, 'dist/webview', `${name}.js`)).size
      keep(
        `bundle of the ${name}’s page`,
        `${(bytes / 1000).toFixed(0)} kB`,
        '< 600 kB',
        bytes < 600_000,
      )
    }
  })
})

afterAll(() => {
  const load = `${os.cpus()[0]?.model.trim()}, ${os.availableParallelism()} cores; the machine was ${(100 * others(0)).toFixed(0)} % busy in all, this benchmark’s own share included`
  const report = [
    `Measured ${new Date().toISOString().slice(0, 10)} with \`npx vitest run --project bench\`; Chromium without a GPU, VS Code in the browser; ${load}.`,
    '',
    '| what | measured | wanted |',
    '| --- | ---: | ---: |',
    ...figures.map(
      ({ what, measured, wanted, holds }) =>
        `| ${what} | ${measured} | ${wanted} ${holds ? '✓' : '✗'} |`,
    ),
  ].join('\n')
  console.log(`${report}\n`)
  if (process.env.HEADWAY_WRITE !== '1') return
  const page = path.join(repository, 'docs/performance.md')
  fs.writeFileSync(page, withReport(fs.readFileSync(page, 'utf8'), report, 'dashboard.bench.ts'))
})
