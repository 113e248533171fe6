import fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliScript, headway } from './headway.ts'
import { TemporaryFiles } from './temporaryFiles.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

beforeAll(() => {
  expect(fs.existsSync(cliScript), 'dist/cli.js is built first: node scripts/build.mjs').toBe(true)
})

const bench = (...args: string[]) => headway(['bench', ...args], files.dir)

describe('headway bench', () => {
  it('measures each shape and says so as a table and as JSON', async () => {
    const args = ['--model', 'tiny', '--shapes', '2x16,1x24', '--steps', '3', '--precision', 'fp32']
    const { code, stdout, stderr } = await bench(...args, '--json')
    expect(code, stderr).toBe(0)
    const [titles, ...rest] = stdout.trim().split('\n')
    expect(titles).toContain('step ms')
    expect(rest[0]).toContain('2 × 16')
    const { model, machine, results } = JSON.parse(rest.at(-1) ?? '')
    expect(model).toBe('tiny')
    expect(machine.cores).toBeGreaterThan(0)
    expect(results).toMatchObject([
      { batchSize: 2, length: 16, precision: 'fp32', parameters: 4_386_178 },
      { batchSize: 1, length: 24, precision: 'fp32', parameters: 4_386_178 },
    ])
    for (const result of results) {
      expect(result.stepMs).toBeGreaterThanOrEqual(result.fastestStepMs)
      expect(result.stepMs).toBeLessThanOrEqual(result.slowestStepMs)
      expect(result.examplesPerSecond * result.stepMs).toBeCloseTo(1000 * result.batchSize, 3)
      expect(result.predictionMs).toBeGreaterThan(0)
      expect(result.shareOfProductSpeed).toBeGreaterThan(0)
      // 4.4 M weights with two moments each are 53 MB already.
      expect(result.peakMemoryMB).toBeGreaterThan(53)
    }
  })

  it.each([
    ['--shapes 32', /--shapes takes batch size x length/],
    ['--shapes 2x4000', /512 positions/],
    ['--steps 0', /--steps must be a whole number from 1/],
    ['--precision fp64', /--precision must be fp32 or bf16/],
    ['--backend wasm --precision bf16', /wasm backend computes in fp32/],
  ])('refuses %s in one sentence', async (flags, message) => {
    const { code, stdout, stderr } = await bench('--model', 'tiny', ...flags.split(' '))
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr.trim()).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
