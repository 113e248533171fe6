import fs from 'node:fs'
import path from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { writeJsonAtomic } from '../core/files/atomicFile.ts'
import { openSafetensors } from '../core/model/safetensors.ts'
import { writeSafetensors } from '../core/model/safetensorsWriter.ts'
import type { HostTensor } from './weights.ts'

/**
 * `state.json`: all that is needed besides weights and moments. Data order and dropout are functions
 * of seed, epoch and step, so the step is the whole random state.
 */
const CheckpointStateSchema = Type.Object({
  format: Type.Literal(1),
  step: Type.Integer({ minimum: 0 }),
  totalSteps: Type.Integer(),
  weights: Type.String(),
  moments: Type.String(),
  /** Wall seconds of training so far, over all attempts. */
  seconds: Type.Number(),
  /** At an epoch's end: whether the dev set was scored there. A run that is stopped is saved first. */
  scored: Type.Optional(Type.Boolean()),
})
export type CheckpointState = Static<typeof CheckpointStateSchema>

export interface Checkpoint {
  readonly state: CheckpointState
  readonly weights: ReadonlyMap<string, HostTensor>
  /** `first/` and `second/` before each parameter's name. */
  readonly moments: ReadonlyMap<string, HostTensor>
}

/**
 * Writes both tensor files under names of their own, then `state.json`, which names them, by rename:
 * whoever is killed in between leaves the checkpoint before this one whole.
 */
export const writeCheckpoint = (
  folder: string,
  progress: Pick<CheckpointState, 'step' | 'totalSteps' | 'seconds' | 'scored'>,
  weights: ReadonlyMap<string, HostTensor>,
  moments: ReadonlyMap<string, HostTensor>,
): void => {
  const names = {
    weights: `weights-${progress.step}.safetensors`,
    moments: `moments-${progress.step}.safetensors`,
  }
  try {
    writeSafetensors(path.join(folder, names.weights), weights)
    writeSafetensors(path.join(folder, names.moments), moments)
    writeJsonAtomic(path.join(folder, 'state.json'), { format: 1, ...progress, ...names })
  } catch (error) {
    // On a full disk, what the run has to say needs the room more.
    if (readCheckpointState(folder)?.step !== progress.step) {
      for (const name of Object.values(names)) fs.rmSync(path.join(folder, name), { force: true })
    }
    throw error
  }
  for (const name of fs.readdirSync(folder)) {
    const kept = name === 'state.json' || name === names.weights || name === names.moments
    if (!kept) fs.rmSync(path.join(folder, name), { force: true })
  }
}

/** @returns undefined where there is no complete checkpoint */
export const readCheckpoint = (folder: string): Checkpoint | undefined => {
  const state = readCheckpointState(folder)
  if (!state) return undefined
  return {
    state,
    weights: readAll(path.join(folder, state.weights)),
    moments: readAll(path.join(folder, state.moments)),
  }
}

export const readCheckpointState = (folder: string): CheckpointState | undefined => {
  try {
    const state: unknown = JSON.parse(fs.readFileSync(path.join(folder, 'state.json'), 'utf8'))
    return Value.Check(CheckpointStateSchema, state) ? state : undefined
  } catch {
    return undefined
  }
}

const readAll = (file: string): Map<string, HostTensor> => {
  const tensors = openSafetensors(file)
  return new Map(
    [...tensors.tensors].map(([name, entry]) => [
      name,
      { shape: [...entry.shape], data: tensors.read(name) },
    ]),
  )
}
