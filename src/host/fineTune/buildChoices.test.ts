import { describe, expect, it } from 'vitest'
import { buildChoices } from './buildChoices.ts'

const hopper = { name: 'NVIDIA H200', computeCapability: 9, driver: '570.86.15' }
const old = { ...hopper, driver: '470.1' }
const kinds = (...args: Parameters<typeof buildChoices>) =>
  buildChoices(...args).map(({ gpu }) => gpu)

describe('the TensorFlow to install', () => {
  it('is no question without a GPU, or where there is no build for one', () => {
    expect(kinds([], 'linux', 'x64')).toEqual([false])
    expect(kinds([hopper], 'darwin', 'arm64')).toEqual([false])
    expect(kinds([hopper], 'win32', 'x64')).toEqual([false])
  })

  it('is that for the GPU first', () => {
    const [cuda, processor] = buildChoices([hopper], 'linux', 'x64')
    expect(cuda).toMatchObject({
      gpu: true,
      label: expect.stringMatching(/CUDA, for NVIDIA H200$/),
    })
    expect(cuda?.detail).toMatch(/^\d\.\d GB to fetch$/)
    expect(processor).toMatchObject({ gpu: false, detail: '274 MB to fetch' })
  })

  it('is that for the processor first where the driver is too old, which is said', () => {
    const [processor, cuda] = buildChoices([old], 'linux', 'x64')
    expect([processor?.gpu, cuda?.gpu]).toEqual([false, true])
    expect(cuda?.detail).toMatch(/driver 470\.1 .* too old/)
  })
})
