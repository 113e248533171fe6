import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { fetchWheel, indexFromEnvironment, linkInHtml, linkInJson } from './packageIndex.ts'
import { indexFromHelp } from './pip.ts'
import { FileServer, type ServedFile } from './testing/fileServer.ts'
import { storedZip } from './testing/storedZip.ts'
import { temporaryFolders } from './testing/temporary.ts'
import type { Wheel } from './wheel.ts'

const folder = temporaryFolders()
const content = storedZip({ 'model/config.json': '{}' })
const wheel: Wheel = {
  project: 'some-model',
  version: '1.0',
  file: 'some_model-1.0-py3-none-any.whl',
  size: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
}
const nothing = () => {}
let server: FileServer | undefined

const serve = async (files: Record<string, ServedFile>) => {
  server = await FileServer.start(files)
  return server
}

/** Without pip: what the index answers is then all there is. */
const withoutPip = () => {
  vi.stubEnv('PATH', '')
  vi.stubEnv('PIP_FIND_LINKS', '')
}

afterEach(async () => {
  vi.unstubAllEnvs()
  await server?.stop()
  server = undefined
})

describe('a wheel from a package index', () => {
  it('is found through the JSON API and fetched', async () => {
    withoutPip()
    const { url } = await serve({
      '/simple/some-model/': {
        content: JSON.stringify({
          files: [{ filename: wheel.file, url: `../../f/${wheel.file}` }],
        }),
        headers: { 'content-type': 'application/vnd.pypi.simple.v1+json' },
      },
      [`/f/${wheel.file}`]: { content },
    })
    const file = await fetchWheel(wheel, folder(), nothing, `${url}/simple`)
    expect(fs.readFileSync(file).equals(content)).toBe(true)
  })

  it('is found on a mirror that has HTML only, named by the environment with a password', async () => {
    withoutPip()
    const { url, requests } = await serve({
      '/simple/some-model/': {
        content: `<a href="/f/other.whl">other</a> <a href="/f/${wheel.file}#sha256=0">it</a>`,
        headers: { 'content-type': 'text/html' },
      },
      [`/f/${wheel.file}`]: { content },
    })
    vi.stubEnv('PIP_INDEX_URL', `${url.replace('//', '//me:s%20t@')}/simple/`)
    await fetchWheel(wheel, folder(), nothing)
    const password = `Basic ${Buffer.from('me:s t').toString('base64')}`
    expect(requests.map((request) => request.headers.authorization)).toEqual([password, password])
  })

  it('that is another file than was pinned is refused', async () => {
    withoutPip()
    const { url } = await serve({
      '/some-model/': { content: `<a href="/${wheel.file}">it</a>` },
      [`/${wheel.file}`]: { content: Buffer.from(content).reverse() },
    })
    const to = folder()
    await expect(fetchWheel(wheel, to, nothing, url)).rejects.toThrow(/some-model 1\.0.*SHA-256/)
    expect(fs.readdirSync(to)).toEqual([])
  })

  it('is taken from the folder that pip is told to look into', async () => {
    withoutPip()
    const local = folder()
    fs.writeFileSync(path.join(local, wheel.file), content)
    vi.stubEnv('PIP_FIND_LINKS', `/does/not/exist ${local}`)
    const file = await fetchWheel(wheel, folder(), nothing)
    expect(fs.readFileSync(file).equals(content)).toBe(true)
  })

  it('cannot come where nothing names an index: the sentence says what to set', async () => {
    withoutPip()
    vi.stubEnv('PIP_INDEX_URL', '')
    await expect(fetchWheel(wheel, folder(), nothing)).rejects.toThrow(/set PIP_INDEX_URL/)
  })

  it('cannot come from an index that does not answer: the sentence names it', async () => {
    withoutPip()
    await expect(fetchWheel(wheel, folder(), nothing, 'http://127.0.0.1:9')).rejects.toThrow(
      /127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\)/,
    )
  })
})

describe('the index', () => {
  it('is read out of pip’s help, settings applied', () => {
    const help = `  -i, --index-url <url>       Base URL of the Python Package Index (default
                              https://mirror.example/simple). This should point`
    expect(indexFromHelp(help)).toBe('https://mirror.example/simple')
  })

  it('is left to pip where its address holds a password', () => {
    const help = '--index-url <url> Base (default https://me:****@mirror.example/simple). This'
    expect(indexFromHelp(help)).toBeUndefined()
  })

  it('is the environment’s where that names one', () => {
    expect(indexFromEnvironment({ PIP_INDEX_URL: 'a', UV_INDEX_URL: 'b' })).toBe('a')
    expect(indexFromEnvironment({ UV_DEFAULT_INDEX: 'c' })).toBe('c')
    expect(indexFromEnvironment({})).toBeUndefined()
  })

  it('finds links by the file’s whole name', () => {
    expect(linkInHtml("<A HREF='x/a%2B1.whl?y=1&amp;z=2#s'>", 'a+1.whl')).toBe(
      'x/a%2B1.whl?y=1&z=2#s',
    )
    expect(linkInHtml('<a href="x/aa.whl">', 'a.whl')).toBeUndefined()
    expect(linkInJson('{"files":[{"filename":"b","url":"u"}]}', 'a')).toBeUndefined()
  })
})
