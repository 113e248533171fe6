import { describe, expect, it } from 'vitest'
import { pipArguments, platformTag } from './pip.ts'
import { keepFromWheel, tensorflowWheels } from './wheel.ts'

const names = (platform: string, arch: string, gpu = false) =>
  tensorflowWheels(platform, arch, gpu)?.map((wheel) => wheel.file)

describe('the choice of wheels', () => {
  it('takes the processor build of each platform', () => {
    expect(names('linux', 'x64')).toEqual([
      'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
    ])
    expect(names('linux', 'arm64')).toEqual([
      'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl',
    ])
    expect(names('darwin', 'arm64')).toEqual([
      'tensorflow-2.21.0-cp311-cp311-macosx_12_0_arm64.whl',
    ])
  })

  it.each([
    ['win32', 'x64'],
    ['darwin', 'x64'],
    ['freebsd', 'x64'],
  ])('has none for %s-%s', (platform, arch) => {
    expect(names(platform, arch)).toBeUndefined()
  })

  it('adds what the extra and-cuda names for a GPU, on Linux x64 only', () => {
    const wheels = names('linux', 'x64', true) ?? []
    expect(wheels[0]).toBe('tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl')
    expect(wheels).toHaveLength(13)
    expect(wheels).toContain('nvidia_cudnn_cu12-9.3.0.75-py3-none-manylinux2014_x86_64.whl')
    expect(wheels).toContain(
      'nvidia_nccl_cu12-2.27.7-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    )
    expect(names('linux', 'arm64', true)).toBeUndefined()
    expect(names('darwin', 'arm64', true)).toBeUndefined()
  })

  it('pins every wheel by a checksum of its own', () => {
    const sums = (tensorflowWheels('linux', 'x64', true) ?? []).map((wheel) => wheel.sha256)
    expect(new Set(sums).size).toBe(sums.length)
    for (const sum of sums) expect(sum).toMatch(/^[0-9a-f]{64}$/)
  })

  it('asks pip for the platform in the file name', () => {
    const wheels = tensorflowWheels('linux', 'x64', true) ?? []
    expect(wheels[0] && platformTag(wheels[0])).toBe('manylinux_2_27_x86_64')
    const nccl = wheels.find((wheel) => wheel.project === 'nvidia-nccl-cu12')
    expect(nccl && pipArguments(nccl)).toContain('--platform=manylinux2014_x86_64')
    expect(nccl && pipArguments(nccl)).toContain('nvidia-nccl-cu12==2.27.7')
  })
})

describe('what is kept of a wheel', () => {
  it.each([
    'tensorflow/libtensorflow_cc.so.2',
    'tensorflow/libtensorflow_framework.2.dylib',
    'tensorflow/include/tensorflow/c/eager/c_api.h',
    'tensorflow/include/tsl/platform/ctstring_internal.h',
    'tensorflow/include/xla/tsl/c/tsl_status.h',
    'nvidia/cudnn/lib/libcudnn.so.9',
    'nvidia/cuda_nvcc/bin/ptxas',
    'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc',
  ])('%s, under its own name', (name) => {
    expect(keepFromWheel(name)).toBe(name)
  })

  it.each([
    'tensorflow/python/_pywrap_tensorflow_internal.so',
    'tensorflow/include/external/llvm-project/a.h',
    'tensorflow/include/tensorflow/core/framework/op.h',
    'tensorflow_cpu-2.21.0.dist-info/METADATA',
    'nvidia/cublas/include/cublas.h',
  ])('not %s', (name) => {
    expect(keepFromWheel(name)).toBeUndefined()
  })
})
