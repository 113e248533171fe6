import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listSweepDirs, readRun } from '../../src/core/runs/store.ts'
import { cacheDir, dataDir } from '../../src/runtime/cache.ts'
import type { FileServer } from '../../src/runtime/testing/fileServer.ts'
import { reviews, serveDataSets } from '../../src/runtime/testing/hubServer.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

// A name of its own: what was fetched once is kept in the cache.
const dataSet = `tests/reviews-${process.pid}-${Date.now()}`
const folderName = dataSet.replace('/', '--')
const texts = (count: number, what: string) =>
  Array.from({ length: count }, (_, at) => `${what} ${at} was ${at % 2 ? 'good' : 'dull'}.`)

describe('Fine-Tune… on a data set of the Hub', () => {
  let hub: FileServer
  let window: TestWindow

  beforeAll(async () => {
    hub = await serveDataSets({
      name: dataSet,
      revision: 'refs/convert/parquet',
      files: {
        'default/train/0000.parquet': reviews(...texts(64, 'Film')),
        'default/validation/0000.parquet': reviews(...texts(16, 'Play')),
      },
    })
    window = await openWindow({ env: { HF_ENDPOINT: hub.url } })
  })

  afterAll(async () => {
    await window?.close()
    await hub?.stop()
    fs.rmSync(path.join(dataDir(cacheDir()), folderName), {
      recursive: true,
      force: true,
    })
  })

  const states = () =>
    listSweepDirs(window.folder).flatMap((sweep) =>
      fs.readdirSync(path.join(sweep, 'runs')).map((id) => {
        const { state, config } = readRun(path.join(sweep, 'runs', id))
        // A run is recorded with the file that stands for the data set.
        const dataFolder = path.basename(path.dirname(config.data.train))
        return { state, dataFolder, labels: config.data.labels }
      }),
    )

  it('fetches it, shows its columns and trains on it', async () => {
    const { workbench } = window
    await workbench.palette('Headway: Fine-Tune…')
    await workbench.quickPick('From your own data')
    await workbench.quickPick('A data set of the Hugging Face Hub')
    await workbench.answer(dataSet)
    await workbench.quickPick('what the file looks made for')
    await workbench.quickPick('Hold out 10 %')
    await workbench.quickPick('Go on with these columns')
    await workbench.quickPick('all-MiniLM-L6-v2')
    const goOn = workbench.quickPickRow('Go on')
    await goOn.waitFor({ timeout: 200_000 })
    await goOn.click()
    await workbench.quickPick('Launch one run')
    await expect
      .poll(states, { timeout: 200_000, interval: 500 })
      .toEqual([{ state: 'done', dataFolder: folderName, labels: ['neg', 'pos'] }])
    expect(hub.requests.some(({ url }) => url?.endsWith('default/train/0000.parquet'))).toBe(true)
  })
})
