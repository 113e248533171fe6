import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  bindingSources,
  compileArguments,
  placeBinding,
  placeRunning,
  tryBinding,
} from './binding.ts'
import { temporaryFolders } from './testing/temporary.ts'

const folder = temporaryFolders()

const program = (at: string, name: string, script: string) => {
  const file = path.join(at, name)
  fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return file
}

describe('the binding', () => {
  it('without a compiler: one sentence says what to install', () => {
    expect(() => bindingSources({ PATH: '' }, folder())).toThrow(/no C\+\+ compiler.*wasm/)
  })

  it('is compiled with the first compiler there is; CXX comes first', () => {
    const bin = folder()
    const compiler = program(bin, 'g++', 'exit 0')
    const dist = folder()
    const sources = path.join(dist, 'binding')
    expect(bindingSources({ PATH: bin }, dist)).toEqual([{ kind: 'compile', compiler, sources }])
    const own = program(bin, 'my-compiler', 'exit 0')
    expect(bindingSources({ PATH: bin, CXX: 'my-compiler' }, dist)).toMatchObject([
      { compiler: own },
    ])
  })

  it('is taken as packaged where it was packaged, compiler or not', () => {
    const dist = folder()
    const file = path.join(dist, 'prebuilt', 'tfjs_binding.node')
    fs.mkdirSync(path.dirname(file))
    fs.writeFileSync(file, 'binary')
    expect(bindingSources({ PATH: '' }, dist)).toEqual([{ kind: 'prebuilt', file }])
    const bin = folder()
    program(bin, 'g++', 'exit 0')
    const kinds = bindingSources({ PATH: bin }, dist).map(({ kind }) => kind)
    expect(kinds).toEqual(['prebuilt', 'compile'])
  })

  it('that was packaged and does not run here is compiled', async () => {
    const [runtime, dist] = [folder(), folder()]
    const packaged = path.join(dist, 'packaged')
    fs.writeFileSync(packaged, 'of another machine')
    const compiler = program(dist, 'c++', 'for output; do :; done; echo compiled > "$output"')
    const binding = path.join(runtime, 'tfjs_binding.node')
    const tried: string[] = []
    const run = async () => {
      tried.push(fs.readFileSync(binding, 'utf8').trim())
      if (tried.length === 1) throw new Error('GLIBC_2.99 not found')
    }
    const prebuilt = { kind: 'prebuilt', file: packaged } as const
    await placeRunning([prebuilt, { kind: 'compile', compiler, sources: dist }], runtime, run)
    expect(tried).toEqual(['of another machine', 'compiled'])
    tried.length = 0
    await expect(placeRunning([prebuilt], runtime, run)).rejects.toThrow('GLIBC_2.99 not found')
  })

  it('finds TensorFlow beside itself', () => {
    expect(compileArguments('/s', '/r', '/r/o.node', 'linux')).toContain(
      '-Wl,-rpath,$ORIGIN/tensorflow',
    )
    const mac = compileArguments('/s', '/r', '/r/o.node', 'darwin')
    expect(mac).toContain('-Wl,-rpath,@loader_path/tensorflow')
    expect(mac).toContain(path.join('/r', 'tensorflow', 'libtensorflow_cc.2.dylib'))
  })

  it('that does not compile: the sentence has the compiler’s own words', async () => {
    const compiler = program(folder(), 'c++', 'echo "x.cc:1: error: no such thing" >&2; exit 1')
    await expect(
      placeBinding({ kind: 'compile', compiler, sources: folder() }, folder()),
    ).rejects.toThrow(/could not be compiled.*no such thing/)
  })

  it('that does not load is found out before anyone uses it', async () => {
    const file = path.join(folder(), 'tfjs_binding.node')
    fs.writeFileSync(file, 'not a library')
    await expect(tryBinding(file, process.execPath, process.env)).rejects.toThrow(
      /does not run here/,
    )
  })
})
