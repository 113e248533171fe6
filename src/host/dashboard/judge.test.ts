import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Judge } from './judge.ts'

/** A thread that answers each job with an empty comparison, or ends at it. */
const thread = `
const { parentPort } = require('node:worker_threads')
parentPort.on('message', ({ id, what }) => {
  if (what === 'disagreements') process.exit(1)
  parentPort.postMessage({ id, comparison: { runs: [], pairs: [], groupedBy: '', groupMetric: '' } })
})
`

describe('Judge', () => {
  const dist = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-judge-'))
  fs.writeFileSync(path.join(dist, 'judgeThread.js'), thread)
  afterAll(() => fs.rmSync(dist, { recursive: true }))

  it('answers, and says so where the thread ends in the middle', async () => {
    const judge = new Judge(dist)
    expect((await judge.ask({ what: 'comparison', runs: [] })).comparison).toBeDefined()
    await expect(judge.ask({ what: 'disagreements', runs: [] })).rejects.toThrow('thread ended')
    expect((await judge.ask({ what: 'comparison', runs: [] })).comparison).toBeDefined()
    judge.dispose()
  })

  it('keeps the jobs of a new thread where an old one ends late', async () => {
    const judge = new Judge(dist)
    for (let round = 0; round < 3; round++) {
      await judge.ask({ what: 'comparison', runs: [] })
      // Its thread is told to end, and does while the next one begins.
      judge.dispose()
      expect((await judge.ask({ what: 'comparison', runs: [] })).comparison).toBeDefined()
    }
    judge.dispose()
  })
})
