import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { requireFreeSpace } from './disk.ts'
import { installTensorflow, locateTensorflow, tensorflowEnvironment } from './tensorflow.ts'
import { temporaryFolders } from './testing/temporary.ts'

const folder = temporaryFolders()

const installed = (cache: string, kind: 'cpu' | 'gpu', marker: object = {}) => {
  const at = path.join(cache, 'runtime', `tensorflow-2.21.0-${kind}`)
  fs.mkdirSync(at, { recursive: true })
  fs.writeFileSync(path.join(at, 'tfjs_binding.node'), '')
  fs.writeFileSync(
    path.join(at, 'installed.json'),
    JSON.stringify({ format: 1, version: '2.21.0', gpu: kind === 'gpu', ...marker }),
  )
  return at
}

describe('TensorFlow in the cache', () => {
  it('is found where it is, the CUDA build first', () => {
    const cache = folder()
    expect(locateTensorflow(cache)).toBeUndefined()
    const cpu = installed(cache, 'cpu')
    expect(locateTensorflow(cache)).toEqual({
      folder: cpu,
      libraryDir: path.join(cpu, 'tensorflow'),
      binding: path.join(cpu, 'tfjs_binding.node'),
      version: '2.21.0',
      gpu: false,
    })
    const gpu = installed(cache, 'gpu')
    expect(locateTensorflow(cache)?.folder).toBe(gpu)
  })

  it('of another layout, or without its binding, counts as none', () => {
    const cache = folder()
    installed(cache, 'cpu', { format: 0 })
    expect(locateTensorflow(cache)).toBeUndefined()
    fs.rmSync(path.join(installed(cache, 'cpu'), 'tfjs_binding.node'))
    expect(locateTensorflow(cache)).toBeUndefined()
  })

  it('with CUDA gets its compiler and libraries named, beside what the user set', () => {
    const cache = folder()
    const at = installed(cache, 'gpu')
    const location = locateTensorflow(cache)!
    const set = tensorflowEnvironment(location, {
      XLA_FLAGS: '--mine',
      LD_LIBRARY_PATH: '/mine',
      PATH: '/bin',
    })
    expect(set.XLA_FLAGS).toBe(`--mine --xla_gpu_cuda_data_dir=${at}/nvidia/cuda_nvcc`)
    expect(set.PATH).toBe(`${at}/nvidia/cuda_nvcc/bin:/bin`)
    expect(set.LD_LIBRARY_PATH).toContain(`${at}/nvidia/cudnn/lib:`)
    expect(set.LD_LIBRARY_PATH?.endsWith(':/mine')).toBe(true)
  })

  it('for the processor needs nothing but quiet', () => {
    const cache = folder()
    installed(cache, 'cpu')
    expect(tensorflowEnvironment(locateTensorflow(cache)!, {})).toEqual({
      TF_CPP_MIN_LOG_LEVEL: '1',
    })
  })

  it('is not fetched where nothing can build its binding', async () => {
    vi.stubEnv('PATH', '')
    vi.stubEnv('CXX', '')
    const cache = folder()
    const steps: string[] = []
    try {
      await expect(installTensorflow({ cache }, ({ step }) => steps.push(step))).rejects.toThrow(
        /compiler/,
      )
    } finally {
      vi.unstubAllEnvs()
    }
    expect(steps).toEqual([])
    expect(fs.readdirSync(cache)).toEqual([])
  })
})

describe('a full disk', () => {
  it('is named before anything is fetched', () => {
    expect(() => requireFreeSpace('/cache', 2e9, 'Installing TensorFlow', () => 5e8)).toThrow(
      'Installing TensorFlow needs 2.0 GB of disk space, and /cache has 500 MB left',
    )
    expect(() => requireFreeSpace('/cache', 2e9, 'It', () => 2e9)).not.toThrow()
  })
})
