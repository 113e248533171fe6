import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { predictionProtocol } from '../core/protocol/predictions.ts'
import { PredictionProcess, PredictionServerEnded } from './predictionProcess.ts'
import { temporaryFolders } from './testing/temporary.ts'

const folder = temporaryFolders()

/** A trainer whose server says that it is ready, and then hears nothing any more. */
const deafTrainer = (): string => {
  const dist = path.join(folder(), 'dist')
  fs.mkdirSync(dist)
  fs.writeFileSync(path.join(dist, '..', 'package.json'), '{"version":"0.0.0"}')
  fs.writeFileSync(path.join(dist, 'trainerIo.js'), '')
  const ready = JSON.stringify({ type: 'ready', protocol: predictionProtocol })
  fs.writeFileSync(
    path.join(dist, 'trainer.js'),
    `process.send(${ready}, () => {\n  process.disconnect()\n  console.log('deaf')\n})\nsetTimeout(() => {}, 60_000)\n`,
  )
  return path.join(dist, 'trainer.js')
}

it('fails every request at once where the server is deaf, and nothing else', async () => {
  let isDeaf = false
  const server = await PredictionProcess.start({
    trainerScript: deafTrainer(),
    node: process.execPath,
    env: { ...process.env, HEADWAY_CACHE: folder() },
    onOutput: () => {
      isDeaf = true
    },
  })
  await expect.poll(() => isDeaf).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 100))
  const load = { type: 'load', model: '/nowhere' } as const
  const asked = [server.ask(load), server.ask(load)]
  expect(await Promise.allSettled(asked)).toEqual(
    asked.map(() => ({ status: 'rejected', reason: expect.any(PredictionServerEnded) })),
  )
  process.kill(server.pid ?? 0)
})
