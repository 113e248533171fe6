import { spawn } from 'node:child_process'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { BenchCase, BenchFigures } from '../engine/bench/benchCase.ts'
import { locateTensorflow, tensorflowEnvironment } from '../runtime/tensorflow.ts'

const number = Type.Number()

const FiguresSchema = Type.Object({
  parameters: number,
  stepMs: number,
  slowestStepMs: number,
  fastestStepMs: number,
  examplesPerSecond: number,
  recordingMs: number,
  firstStepMs: number,
  predictionMs: number,
  predictionsPerSecond: number,
  peakMemoryMB: number,
  gflopsPerSecond: number,
  productGflopsPerSecond: number,
  shareOfProductSpeed: number,
})

const SpeedSchema = Type.Object({ flopsPerSecond: number })

/**
 * Measures a case in a process of its own: peak memory is a process's, and what one case leaves
 * behind (threads, pools of memory) must not reach the next.
 */
export const benchInProcess = async (benchCase: BenchCase): Promise<BenchFigures> => {
  const figures = await runSelf([...caseFlags(benchCase), '--steps', String(benchCase.steps)])
  if (!Value.Check(FiguresSchema, figures)) throw nonsense()
  return figures
}

/** How fast training is, and nothing else: in seconds. In operations per second. */
export const speedInProcess = async (benchCase: Omit<BenchCase, 'steps'>): Promise<number> => {
  const speed = await runSelf([...caseFlags(benchCase), '--speed-only'])
  if (!Value.Check(SpeedSchema, speed)) throw nonsense()
  return speed.flopsPerSecond
}

const caseFlags = ({ source, batchSize, length, precision, backend }: Omit<BenchCase, 'steps'>) => [
  ...['bench', '--in-process', '--model', 'folder' in source ? source.folder : source.size],
  ...['--shapes', `${batchSize}x${length}`, '--precision', precision, '--backend', backend],
]

const nonsense = () => new Error('The measuring process said nonsense.')

/** What it prints last. What it writes to stderr (TensorFlow is talkative) is shown where it fails. */
const runSelf = async (args: readonly string[]): Promise<unknown> => {
  const output = await outputOf(args)
  return JSON.parse(output.trim().split('\n').at(-1) ?? '')
}

const outputOf = (args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const program = process.argv[1] ?? ''
    const tensorflow = locateTensorflow()
    const child = spawn(process.execPath, [...process.execArgv, program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(tensorflow ? tensorflowEnvironment(tensorflow) : {}) },
    })
    let output = ''
    let messages = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      messages += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output)
      process.stderr.write(messages)
      reject(new Error(`A measurement ended with ${signal ?? `exit code ${code}`}.`))
    })
  })
