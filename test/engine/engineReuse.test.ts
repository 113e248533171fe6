import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunConfig } from '../../src/core/experiment/config.ts'
import type { RunEventBody } from '../../src/core/runs/events.ts'
import { layout } from '../../src/core/runs/store.ts'
import { EngineCache } from '../../src/engine/engineCache.ts'
import { trainRun } from '../../src/engine/trainingLoop.ts'
import { backendFiles, fixture } from '../support/engineFiles.ts'
import { runConfig } from '../support/runConfig.ts'
import { writeTextTask } from '../support/textTask.ts'

let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-reuse-'))
  writeTextTask(folder)
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

let runs = 0

class CountingCache extends EngineCache {
  graphs = 0
  override recorded(...[key, start, make]: Parameters<EngineCache['recorded']>) {
    return super.recorded(key, start, () => {
      this.graphs++
      return make()
    })
  }
}

/** All that a run leaves: losses, metrics, the model's and the checkpoint's bytes. */
const train = async (changes: Partial<RunConfig>, cache?: EngineCache) => {
  const runDir = path.join(folder, `run${runs++}`)
  fs.mkdirSync(layout.attempt(runDir, 1), { recursive: true })
  const events: RunEventBody[] = []
  const config = runConfig({
    learningRate: 1e-3,
    batchSize: 16,
    epochs: 2,
    maxLength: 64,
    backend: 'tensorflow',
    ...changes,
  })
  const result = await trainRun(
    {
      config,
      labels: ['a', 'b', 'c'],
      base: folder,
      modelFolder: fixture('training'),
      runDir,
      attempt: 1,
      backend: backendFiles(),
    },
    { emit: (event) => events.push(event), shouldStop: () => false },
    cache,
  )
  const bytes = (...parts: string[]) => fs.readFileSync(path.join(runDir, ...parts))
  const checkpoint = layout.checkpoint(runDir, 1)
  const moments = fs.readdirSync(checkpoint).find((name) => name.startsWith('moments'))!
  return {
    state: result.state,
    metrics: result.metrics,
    losses: events.flatMap((event) => (event.type === 'step' ? [event.loss] : [])),
    predictions: bytes('attempt-1', 'predictions.jsonl').toString(),
    weights: bytes('model', 'model.safetensors'),
    moments: bytes('attempt-1', 'checkpoint', moments),
  }
}

const cells: Partial<RunConfig>[] = [
  {},
  { batchSize: 8, learningRate: 3e-4, epochs: 3, weightDecay: 0.1 },
  { seed: 7, gradientAccumulation: 2 },
  { dropout: 0.3 },
  { maxLength: 16 },
  { weightDecay: 0 },
]

describe('a run after others in one trainer', () => {
  it('equals the same run in a trainer of its own, bit for bit', async () => {
    const cache = new CountingCache()
    for (const cell of [...cells, cells[0]!]) {
      const alone = await train(cell)
      const after = await train(cell, cache)
      expect(after, JSON.stringify(cell)).toEqual(alone)
    }
    // One for the first three; dropout, its way back, and the lack of decay each need another.
    expect(cache.graphs).toBe(5)
    cache.dropModel()
  })

  it('sees data that changed', async () => {
    const cache = new EngineCache()
    const before = await train({}, cache)
    const file = path.join(folder, 'train.tsv')
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll('w1', 'w2'))
    const after = await train({}, cache)
    expect(after.losses).not.toEqual(before.losses)
    cache.dropModel()
  })
})
