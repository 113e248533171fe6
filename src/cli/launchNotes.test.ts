import { describe, expect, it } from 'vitest'
import type { Machine } from '../core/launch/chooseSweep.ts'
import { launchNotes } from './launchNotes.ts'

const here = (backend: Machine['backend'], precision: Machine['precision']) => (): Machine => ({
  ...{ backend, precision, versions: {} },
})
const launch = (sweep: Partial<Parameters<typeof launchNotes>[0]['sweep']>, isNew = false) => ({
  ...{ isNew, data: { warnings: [] }, sweep: { id: 'reviews-2', ...sweep } },
})

describe('the notes of a launch', () => {
  it('say why its runs are a sweep of their own', () => {
    const apart = { from: 'reviews', changed: ['model' as const] }
    expect(launchNotes(launch({ apart }, true), {})).toEqual([
      'These runs are a sweep of their own, reviews-2. Not ranked together with reviews: another model.',
    ])
  })

  it('say where auto stays what it was', () => {
    const begun = launch({ auto: { backend: 'wasm', precision: 'fp32' } })
    expect(launchNotes(begun, {}, here('wasm', 'fp32'))).toEqual([])
    expect(launchNotes(begun, {}, here('tensorflow', 'bf16'))[0]).toContain(
      '"auto" stays wasm, fp32, as at this sweep\'s first launch (it would be tensorflow, bf16 now)',
    )
    expect(launchNotes(begun, { backend: 'wasm' }, here('wasm', 'fp32'))).toEqual([])
    const named = { backend: 'wasm', precision: 'fp32' } as const
    expect(launchNotes(begun, named, here('tensorflow', 'bf16'))).toEqual([])
  })
})
