import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { repository } from '../../test/support/sources.ts'
import { fusedKernelsFile } from '../core/fusedKernelsFile.ts'
import {
  hasFusedKernels,
  type KernelSetting,
  kernelArguments,
  placeFusedKernels,
  rightAnswer,
  whyNoFusedKernels,
} from './fusedKernels.ts'

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-kernels-'))
afterAll(() => fs.rmSync(root, { recursive: true, force: true }))

let folders = 0
const folder = () => {
  const made = path.join(root, String(folders++))
  fs.mkdirSync(made)
  return made
}

const script = (file: string, text: string): string => {
  fs.writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  return file
}

/** A runtime whose Node says this of the kernels that it loads. */
const runtimeThatSays = (says: string): KernelSetting => {
  const runtime = folder()
  const node = script(path.join(runtime, 'node'), `echo '${says}'`)
  return { runtime, node, binding: path.join(runtime, 'tfjs_binding.node'), environment: {} }
}

/** A compiler that writes what its last argument names. */
const compiler = (text: string) => ({
  kind: 'compile' as const,
  compiler: script(path.join(folder(), 'c++'), text),
  sources: root,
})
const works = () => compiler('for last; do :; done; echo compiled > "$last"')
const fails = () => compiler('echo "softmax.cc:3: error: no such thing" >&2; exit 1')

describe('Headway’s kernels', () => {
  it('are compiled, tried, and put in place', async () => {
    const setting = runtimeThatSays(rightAnswer)
    expect(await placeFusedKernels([works()], setting)).toBeUndefined()
    expect(hasFusedKernels(setting.runtime)).toBe(true)
    expect(fs.readdirSync(setting.runtime).sort()).toEqual([fusedKernelsFile, 'node'])
  })

  it('are done without where they are not compiled, and it is said why', async () => {
    const setting = runtimeThatSays(rightAnswer)
    expect(await placeFusedKernels([fails()], setting)).toMatch(/^softmax.cc:3: error/)
    expect(hasFusedKernels(setting.runtime)).toBe(false)
    expect(whyNoFusedKernels(setting.runtime)).toMatch(/^softmax.cc:3: error/)
    expect(await placeFusedKernels([], runtimeThatSays(''))).toBe('there is no compiler')
  })

  it('are not kept where they compute something else', async () => {
    const setting = runtimeThatSays('0.8414,0.0000')
    expect(await placeFusedKernels([works()], setting)).toMatch(/they say 0.8414,0.0000/)
    expect(fs.readdirSync(setting.runtime)).not.toContain(fusedKernelsFile)
  })

  it('come from the package, and are compiled where those do not run', async () => {
    const dist = folder()
    const prebuilt = { kind: 'prebuilt' as const, file: path.join(dist, 'tfjs_binding.node') }
    const setting = runtimeThatSays(rightAnswer)
    // A package of before there were kernels.
    expect(await placeFusedKernels([prebuilt], setting)).toMatch(/ENOENT/)
    expect(await placeFusedKernels([prebuilt, works()], setting)).toBeUndefined()
    fs.writeFileSync(path.join(dist, fusedKernelsFile), 'packaged')
    expect(await placeFusedKernels([prebuilt], setting)).toBeUndefined()
    expect(fs.readFileSync(path.join(setting.runtime, fusedKernelsFile), 'utf8')).toBe('packaged')
    expect(whyNoFusedKernels(setting.runtime)).toBeUndefined()
  })

  it('are linked to the library beside them', () => {
    const linux = kernelArguments('/sources', '/runtime', '/out.node', 'linux')
    expect(linux).toContain('-Wl,-rpath,$ORIGIN/tensorflow')
    expect(linux.slice(-2)).toEqual(['-o', '/out.node'])
    const mac = kernelArguments('/sources', '/runtime', '/out.node', 'darwin')
    expect(mac).toContain('/runtime/tensorflow/libtensorflow_framework.2.dylib')
  })

  it('have a file name of their own for each change of their sources', () => {
    const native = path.join(repository, 'native')
    const files = fs
      .readdirSync(native, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(cc|h)$/.test(name))
      .sort()
    const hash = createHash('sha256')
    for (const name of files) hash.update(fs.readFileSync(path.join(native, name)))
    for (const platform of ['linux', 'darwin'] as const)
      hash.update(kernelArguments('sources', 'runtime', 'output', platform).join('\n'))
    // Where this differs: put the new hash here, and raise the number in src/core/fusedKernelsFile.ts.
    expect([fusedKernelsFile, hash.digest('hex').slice(0, 16)]).toEqual([
      'headway_kernels-1.node',
      '104bb61a9538d15a',
    ])
  })
})
