import { expect, it } from 'vitest'
import type { DisplaySpan } from '../../core/annotation/displaySpans.ts'
import type { FileSummary, Summarised } from './summary.ts'
import { SummaryPasses } from './summaryPasses.ts'

const span: DisplaySpan = { start: 0, end: 3, type: 'PER', look: 'certain', types: [] }

/** One pass over a file; `atEnd` happens when its last spans were read. */
const pass = async (atEnd: (passes: SummaryPasses) => void): Promise<FileSummary[]> => {
  const shown: FileSummary[] = []
  const passes = await new Promise<SummaryPasses>((resolve) => {
    const file: Summarised = {
      types: ['PER'],
      main: undefined,
      lastMs: undefined,
      async *displayAll() {
        yield [span]
        atEnd(passes)
        setImmediate(() => resolve(passes))
      },
    }
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
