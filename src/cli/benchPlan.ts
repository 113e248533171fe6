import { InputError } from '../core/errors.ts'
import type { BatchShape } from '../engine/bench/benchBatch.ts'
import type { BenchCase, BenchSource } from '../engine/bench/benchCase.ts'
import { hasBf16 } from '../runtime/processor.ts'
import { choiceFlag, numberFlag } from './flags.ts'
import { chooseMachine } from './machine.ts'

export interface BenchFlags {
  readonly shapes?: string | undefined
  readonly precision?: string | undefined
  readonly backend?: string | undefined
  readonly steps?: string | undefined
}

const defaultShapes = '32x32,32x128'
const defaultSteps = 10
const backendChoices = ['auto', 'tensorflow', 'wasm', 'both'] as const
const precisionChoices = ['fp32', 'bf16'] as const

/**
 * What is measured: all shapes at all precisions on all backends that were asked for.
 *
 * @param longest positions of the model
 * @throws InputError
 */
export const planBench = (flags: BenchFlags, source: BenchSource, longest: number): BenchCase[] => {
  const shapes = (flags.shapes ?? defaultShapes).split(',').map((text) => readShape(text, longest))
  const steps = readSteps(flags.steps)
  const precisions = readPrecisions(flags.precision)
  const cases = readBackends(flags.backend).flatMap((backend) =>
    shapes.flatMap((shape) =>
      precisions
        // WebAssembly has no bfloat16.
        .filter((precision) => backend === 'tensorflow' || precision === 'fp32')
        .map((precision) => ({ ...shape, source, backend, precision, steps })),
    ),
  )
  if (cases.length > 0) return cases
  throw new InputError(
    'headway bench: the wasm backend computes in fp32; leave --precision out, or choose --backend tensorflow.',
  )
}

const readShape = (text: string, longest: number): BatchShape => {
  const match = /^\s*(\d{1,5})[x×](\d{1,5})\s*$/.exec(text)
  const [batchSize, length] = [Number(match?.[1]), Number(match?.[2])]
  if (!match || batchSize < 1 || length < 1) {
    throw new InputError(
      `headway bench: --shapes takes batch size x length, as in 32x128,16x64; not ${JSON.stringify(text.slice(0, 60))}.`,
    )
  }
  if (length > longest) {
    throw new InputError(
      `headway bench: --shapes asks for ${length} word pieces, and the model has ${longest} positions.`,
    )
  }
  return { batchSize, length }
}

const readSteps = (text: string | undefined): number => {
  const steps = numberFlag('bench', 'steps', text) ?? defaultSteps
  if (Number.isInteger(steps) && steps >= 1) return steps
  throw new InputError(`headway bench: --steps must be a whole number from 1, not ${steps}.`)
}

const readPrecisions = (text: string | undefined): readonly ('fp32' | 'bf16')[] => {
  if (text === undefined) return hasBf16() ? precisionChoices : ['fp32']
  const chosen = text
    .split(',')
    .map((name) => choiceFlag('bench', 'precision', name.trim(), precisionChoices) ?? 'fp32')
  return [...new Set(chosen)]
}

const readBackends = (text: string | undefined): readonly ('tensorflow' | 'wasm')[] => {
  const backend = choiceFlag('bench', 'backend', text, backendChoices) ?? 'auto'
  if (backend !== 'both') return [chooseMachine({ backend }).backend]
  return [chooseMachine({ backend: 'tensorflow' }).backend, 'wasm']
}
