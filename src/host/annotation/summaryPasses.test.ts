import { expect, it, vi } from 'vitest'
import type { DisplaySpan } from '../../core/annotation/displaySpans.ts'
import type { FileSummary, Summarised } from './summary.ts'
import { SummaryPasses } from './summaryPasses.ts'

const span: DisplaySpan = { start: 0, end: 3, type: 'PER', look: 'certain', types: [] }

const fileOf = (displayAll: Summarised['displayAll']): Summarised => ({
  types: ['PER'],
  main: undefined,
  lastMs: undefined,
  displayAll,
})

/** One pass over a file; `atEnd` happens when its last spans were read. */
const pass = async (atEnd: (passes: SummaryPasses) => void): Promise<FileSummary[]> => {
  const shown: FileSummary[] = []
  const passes = await new Promise<SummaryPasses>((resolve) => {
    const file = fileOf(async function* () {
      yield [span]
      atEnd(passes)
      setImmediate(() => resolve(passes))
    })
    const passes = new SummaryPasses(file, (summary) => shown.push(summary))
    passes.soon(true)
  })
  passes.dispose()
  return shown
}

it('shows what a pass over the file found', async () => {
  const [summary] = await pass(() => {})
  expect(summary?.total).toBe(1)
})

it('shows nothing of a file that was closed, or changed, as the pass came to its end', async () => {
  expect(await pass((passes) => passes.dispose())).toEqual([])
  expect(await pass((passes) => passes.soon(true))).toEqual([])
})

it('passes more rarely while predictions come in, and soon once all are there', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  try {
    let shown = 0
    const file = fileOf(async function* () {
      yield [span]
    })
    const passes = new SummaryPasses(file, () => shown++)
    for (let ms = 0; ms < 5000; ms += 50) {
      passes.soon(false)
      await vi.advanceTimersByTimeAsync(50)
    }
    expect(shown).toBeGreaterThan(3)
    expect(shown).toBeLessThan(8)
    const before = shown
    passes.soon(false)
    passes.settled()
    await vi.advanceTimersByTimeAsync(300)
    expect(shown).toBe(before + 1)
    passes.dispose()
  } finally {
    vi.useRealTimers()
  }
})
