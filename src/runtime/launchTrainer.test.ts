import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { trainerEnvironment } from './launchTrainer.ts'
import { copyTrainer } from './trainerCopy.ts'

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-copy-'))
afterAll(() => fs.rmSync(root, { recursive: true, force: true }))

it('keeps what an editor sets for its own Node from the trainer', () => {
  const env = {
    HOME: root,
    PATH: '/bin',
    HEADWAY_CACHE: root,
    ELECTRON_RUN_AS_NODE: '1',
    VSCODE_PID: '7',
    NODE_OPTIONS: '--inspect',
    EMPTY: undefined,
  }
  expect(trainerEnvironment(env)).toEqual({ HOME: root, PATH: '/bin', HEADWAY_CACHE: root })
})

it('runs the trainer from a copy that outlives the extension', () => {
  const dist = path.join(root, 'dist')
  fs.mkdirSync(path.join(dist, 'wasm'), { recursive: true })
  for (const name of ['trainer.js', 'trainerIo.js', 'wasm/a.wasm', 'extension.js']) {
    fs.writeFileSync(path.join(dist, name), name)
  }
  const cache = path.join(root, 'cache')
  const script = path.join(dist, 'trainer.js')
  const copy = copyTrainer(script, cache, '1.2.3')
  expect(path.basename(path.dirname(copy))).toMatch(/^1\.2\.3-[0-9a-f]{16}$/)
  expect(copyTrainer(script, cache, '1.2.3')).toBe(copy)
  expect(fs.readdirSync(path.dirname(copy)).sort()).toEqual(['trainer.js', 'trainerIo.js', 'wasm'])

  fs.rmSync(path.join(path.dirname(copy), 'trainerIo.js'))
  expect(copyTrainer(script, cache, '1.2.3')).toBe(copy)
  expect(fs.readdirSync(path.dirname(copy))).toContain('trainerIo.js')

  fs.writeFileSync(path.join(dist, 'trainerIo.js'), 'changed')
  expect(copyTrainer(script, cache, '1.2.3')).not.toBe(copy)
  fs.rmSync(dist, { recursive: true })
  expect(fs.readFileSync(copy, 'utf8')).toBe('trainer.js')
  expect(() => copyTrainer(script, cache, '1.2.3')).toThrow('is missing')
})
