import path from 'node:path'
import { InputError, messageOf } from '../core/errors.ts'
import { sha256File } from '../core/launch/checksum.ts'
import { readMarks } from '../core/runs/marksFile.ts'
import { deleteWeights, losers } from '../core/runs/pruneWeights.ts'
import { layout, readSweep, sweepDirOf } from '../core/runs/store.ts'
import { runsOfSweep, type SweepRun, testChoice } from '../core/runs/sweepEnd.ts'
import { updateSweep } from '../core/runs/updateSweep.ts'
import { localFile } from '../runtime/localData.ts'
import type { Engine } from './train.ts'

/**
 * What is left to do once a sweep's last run is over: the chosen cell is scored on the test data, and
 * weights that its policy does not keep are deleted. Does nothing before, and nothing twice.
 */
export const finishSweep = async (
  runDir: string,
  loadEngine: () => Promise<Engine>,
): Promise<void> => {
  const sweepDir = sweepDirOf(runDir)
  if (sweepDir === undefined) return
  const choice = testChoice(sweepDir)
  const notScored = (why: string) =>
    process.stderr.write(`${sweepDir}: the test data were not scored: ${why}\n`)
  if (choice?.kind === 'noWeights') notScored('the weights of the best cell were deleted.')
  else if (choice) {
    await score(sweepDir, choice.run, loadEngine).catch((error: unknown) => {
      notScored(messageOf(error))
    })
  }
  prune(sweepDir)
}

const score = async (
  sweepDir: string,
  { dir, record }: SweepRun,
  loadEngine: () => Promise<Engine>,
): Promise<void> => {
  const engine = await loadEngine()
  const { experiment, checksums } = readSweep(sweepDir)
  const base = path.resolve(dir, record.base)
  const given = experiment.data.test
  if (given === undefined) return
  const file = path.resolve(base, (await localFile(given, 'test', base, () => {})) ?? given)
  const checksum = await sha256File(file)
  if (checksum !== checksums['data/test']) {
    throw new InputError(`${file} has changed since the launch.`)
  }
  const metrics = await engine.scoreTest({
    config: record.config,
    labels: record.labels,
    base,
    modelFolder: layout.model(dir),
    backend: engine.backend,
    test: file,
  })
  const test = { run: record.id, metrics, time: Date.now(), checksum }
  // A launch may have written it meanwhile, also with other test data.
  updateSweep(sweepDir, (sweep) =>
    sweep?.checksums['data/test'] === checksum ? { ...sweep, test } : undefined,
  )
}

const prune = (sweepDir: string): void => {
  const { keepModels = 'all' } = readSweep(sweepDir)
  const runs = runsOfSweep(sweepDir)
  if (runs.some(({ record }) => record.state === 'queued' || record.state === 'running')) return
  for (const { dir } of losers(runs, readMarks(sweepDir), keepModels)) deleteWeights(dir)
}
