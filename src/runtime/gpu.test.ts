import { describe, expect, it } from 'vitest'
import { driverProblem, gpusHaveBf16, listGpus } from './gpu.ts'

const hopper = 'NVIDIA H200, 9.0, 570.86.15\n'
const turing = 'Tesla T4, 7.5, 535.104.05\n'

describe("NVIDIA's GPUs", () => {
  it('are read from nvidia-smi', () => {
    expect(listGpus(() => hopper + turing)).toEqual([
      { name: 'NVIDIA H200', computeCapability: 9, driver: '570.86.15' },
      { name: 'Tesla T4', computeCapability: 7.5, driver: '535.104.05' },
    ])
  })

  it('are none where there is no driver', () => {
    expect(listGpus(() => '')).toEqual([])
    expect(listGpus(() => 'NVIDIA-SMI has failed, make sure that the driver runs\n')).toEqual([])
  })

  it('multiply bfloat16 from Ampere on, all of them or none', () => {
    expect(gpusHaveBf16(listGpus(() => hopper))).toBe(true)
    expect(gpusHaveBf16(listGpus(() => hopper + turing))).toBe(false)
    expect(gpusHaveBf16([])).toBe(false)
  })

  it('are named where their driver is missing or too old', () => {
    expect(driverProblem([])).toMatch(/lists no GPU/)
    expect(driverProblem(listGpus(() => turing))).toMatch(/535.104.05 of Tesla T4 is too old/)
    expect(driverProblem(listGpus(() => hopper))).toBeUndefined()
  })
})
