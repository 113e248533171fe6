import os from 'node:os'
import { checkModelFolder } from '../../core/model/folder.ts'
import { type BenchCase, type BenchSource, runBenchCase } from '../../engine/bench/benchCase.ts'
import { benchModelConfig, isBenchModel } from '../../engine/bench/benchModels.ts'
import { measureTrainingSpeed } from '../../engine/bench/trainingSpeed.ts'
import { predictorOptions } from '../backendFlags.ts'
import { planBench } from '../benchPlan.ts'
import { benchInProcess } from '../benchProcess.ts'
import { type BenchResult, benchTable } from '../benchTable.ts'
import { parseFlags } from '../flags.ts'
import { chooseMachine, findModelFolder } from '../machine.ts'
import { userDir } from '../program.ts'

/** `headway bench`: the engine's figures on this machine. */
export const benchCommand = async (args: readonly string[]): Promise<number> => {
  const { values } = parseFlags('bench', args, {
    model: 'string',
    shapes: 'string',
    precision: 'string',
    backend: 'string',
    steps: 'string',
    json: 'boolean',
    // How the command calls itself, for one case.
    'in-process': 'boolean',
    'speed-only': 'boolean',
  } as const)
  const model = values.model ?? 'minilm'
  const source = await findSource(model)
  const cases = planBench(values, source, longestOf(source))
  if (values['in-process']) return measureHere(cases[0]!, values['speed-only'] ?? false)

  process.stderr.write(`${model} on ${processor()}, ${os.availableParallelism()} cores\n`)
  const results: BenchResult[] = []
  for (const { source: _, ...benchCase } of cases) {
    const { backend, precision, batchSize, length } = benchCase
    process.stderr.write(`measuring ${backend} ${precision} ${batchSize} × ${length} …\n`)
    results.push({ ...benchCase, ...(await benchInProcess({ ...benchCase, source })) })
  }
  process.stdout.write(benchTable(results))
  if (values.json) process.stdout.write(`${JSON.stringify(report(model, results))}\n`)
  return 0
}

const findSource = async (model: string): Promise<BenchSource> =>
  isBenchModel(model) ? { size: model } : { folder: await findModelFolder(model, userDir()) }

const longestOf = (source: BenchSource): number =>
  ('folder' in source ? checkModelFolder(source.folder).config : benchModelConfig(source.size))
    .maxPositions

const measureHere = async (benchCase: BenchCase, speedOnly: boolean): Promise<number> => {
  const { files } = predictorOptions('bench', { backend: benchCase.backend })
  const figures = speedOnly
    ? { flopsPerSecond: await measureTrainingSpeed(benchCase, files) }
    : await runBenchCase(benchCase, files)
  process.stdout.write(`${JSON.stringify(figures)}\n`)
  return 0
}

const report = (model: string, results: readonly BenchResult[]) => ({
  model,
  machine: {
    processor: processor(),
    cores: os.availableParallelism(),
    memoryMB: Math.round(os.totalmem() / 1e6),
    system: `${os.platform()} ${os.arch()}`,
    node: process.versions.node,
  },
  versions: chooseMachine({}).versions,
  results,
})

const processor = (): string => os.cpus()[0]?.model ?? 'unknown processor'
