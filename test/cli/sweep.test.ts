import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { layout, readSweep } from '../../src/core/runs/store.ts'
import { SweepBench } from '../faults/sweepBench.ts'
import { headway } from './headway.ts'

let bench: SweepBench
beforeAll(() => {
  bench = new SweepBench(fs.mkdtempSync(path.join(os.tmpdir(), 'headway-cli-')), {
    data: { train: 'train.tsv', dev: 'dev.tsv', test: 'test.tsv' },
    epochs: 1,
    seeds: [1, 2],
    learningRate: [1e-3, 5e-4],
    batchSize: 16,
    keepModels: 'best',
  })
  const rows = fs.readFileSync(path.join(bench.dir, 'dev.tsv'), 'utf8').split('\n')
  fs.writeFileSync(path.join(bench.dir, 'test.tsv'), rows.slice(0, 15).join('\n'))
})
afterAll(() => bench.dispose())

const lastJson = (text: string) => JSON.parse(text.trim().split('\n').at(-1) ?? '')

describe('headway sweep', { timeout: 120_000 }, () => {
  it('runs each cell for each seed, scores the best on the test data, keeps its weights', async () => {
    const { code, stdout, stderr } = await bench.start().ended
    expect(code, stderr).toBe(0)
    const result = lastJson(stdout)
    expect(result.runs.map(({ state }: { state: string }) => state)).toEqual(Array(4).fill('done'))
    expect(result.test.run).toBe(result.best)
    expect(result.test.metrics.accuracy).toBeGreaterThanOrEqual(0)
    expect(result.chosenOn).toBe('dev')
    expect(result.cells[0].runs).toContain(result.best)
    expect(result.cells[0].spread.kind).toBe('seeds')
    await bench.untilNoTrainer()
    const kept = bench.runs().filter(({ dir }) => fs.existsSync(layout.model(dir)))
    expect(kept).toHaveLength(2)
    expect(new Set(kept.map(({ record }) => record.cell)).size).toBe(1)
    expect(kept.map(({ record }) => record.id)).toContain(result.best)
    for (const { dir, record } of bench.runs()) {
      expect(record.weightsDeleted ?? false).toBe(!fs.existsSync(layout.model(dir)))
      expect(fs.existsSync(layout.predictions(dir, 1))).toBe(true)
    }
  })

  it('has nothing to do the second time', async () => {
    const before = fs.statSync(path.join(bench.dir, '.headway', 'trainer.log')).mtimeMs
    const { code, stdout, stderr } = await bench.start().ended
    expect(code).toBe(0)
    expect(stderr).toContain('4 of 4 runs are finished already and kept')
    expect(lastJson(stdout).test).toBeDefined()
    expect(fs.statSync(path.join(bench.dir, '.headway', 'trainer.log')).mtimeMs).toBe(before)
  })

  it('scores again where the test data are others by now, and says no old score', async () => {
    const { sweepDir } = bench
    const before = readSweep(sweepDir).test!
    fs.appendFileSync(path.join(bench.dir, 'test.tsv'), '\none more line\ta\n')
    const changed = await bench.start().ended
    expect(changed.code, changed.stderr).toBe(0)
    expect(lastJson(changed.stdout).test.run).toBe(before.run)
    const { test, checksums } = readSweep(sweepDir)
    expect(test?.checksum).toBe(checksums['data/test'])
    expect(test?.checksum).not.toBe(before.checksum)
    const file = path.join(bench.dir, 'tiny.headway.json')
    const experiment = JSON.parse(fs.readFileSync(file, 'utf8'))
    const { test: _, ...data } = experiment.data
    bench.write({ ...experiment, data })
    const without = lastJson((await bench.start().ended).stdout)
    expect(without.test).toBeUndefined()
    bench.write(experiment)
    await bench.untilNoTrainer()
  })

  it('trains a loser again that is wanted after all, and then keeps it', async () => {
    const loser = bench.runs().find(({ record }) => record.weightsDeleted)!
    const { id } = loser.record
    const args = ['evaluate', '--run', id, '--data', 'dev.tsv', '--json']
    const refused = await headway(args, bench.dir)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain(`"headway resume ${id}"`)
    const resumed = await headway(['resume', id, '--json'], bench.dir)
    expect(resumed.code, resumed.stderr).toBe(0)
    expect(lastJson(resumed.stdout).metrics).toEqual(loser.record.metrics)
    await bench.untilNoTrainer()
    expect((await headway(args, bench.dir)).code).toBe(0)
  })

  it('takes more seeds later, and runs only those', async () => {
    const file = path.join(bench.dir, 'tiny.headway.json')
    const experiment = JSON.parse(fs.readFileSync(file, 'utf8'))
    bench.write({ ...experiment, seeds: [1, 2, 3] })
    const { code, stderr } = await bench.start({}, '--parallel', '2').ended
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('4 of 6 runs are finished already and kept')
    expect(bench.runs()).toHaveLength(6)
    expect(bench.doneTwice().length).toBeLessThanOrEqual(1)
  })

  it('ranks runs of another model apart, and says so', async () => {
    const file = path.join(bench.dir, 'tiny.headway.json')
    const experiment = JSON.parse(fs.readFileSync(file, 'utf8'))
    fs.writeFileSync(
      path.join(bench.dir, 'bert', 'tokenizer_config.json'),
      JSON.stringify({ do_lower_case: true }),
    )
    const { test: _, ...data } = experiment.data
    bench.write({ ...experiment, data, seeds: [1] })
    const { code, stdout, stderr } = await bench.start().ended
    expect(code, stderr).toBe(0)
    expect(stderr).toContain(
      'a sweep of their own, tiny-2. Not ranked together with tiny: another model.',
    )
    const result = lastJson(stdout)
    expect(result).toMatchObject({ sweep: 'tiny-2', apart: { from: 'tiny', changed: ['model'] } })
    expect(result.runs).toHaveLength(2)
    expect(bench.runs()).toHaveLength(6)
  })
})
