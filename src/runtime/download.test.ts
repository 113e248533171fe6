import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { downloadFile, HttpError } from './download.ts'
import { FileServer, type ServedFile } from './testing/fileServer.ts'
import { temporaryFolders } from './testing/temporary.ts'

const folder = temporaryFolders()
const content = randomBytes(200_000)
const sha256 = createHash('sha256').update(content).digest('hex')
const servers: FileServer[] = []

const serve = async (file: Partial<ServedFile> = {}) => {
  const server = await FileServer.start({ '/a.whl': { content, ...file } })
  servers.push(server)
  return server
}

const wanted = (server: FileServer, file: string) => ({
  url: `${server.url}/a.whl`,
  file,
  size: content.length,
  sha256,
})

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

describe('a download', () => {
  it('ends with the file in place, whole, and says how far it is', async () => {
    const file = path.join(folder(), 'deep', 'a.whl')
    const seen: number[] = []
    await downloadFile(wanted(await serve(), file), { onBytes: (done) => seen.push(done) })
    expect(fs.readFileSync(file).equals(content)).toBe(true)
    expect(fs.existsSync(`${file}.part`)).toBe(false)
    expect(seen.at(-1)).toBe(content.length)
  })

  it('goes on where an earlier attempt stopped', async () => {
    const server = await serve()
    const file = path.join(folder(), 'a.whl')
    fs.writeFileSync(`${file}.part`, content.subarray(0, 150_000))
    await downloadFile(wanted(server, file))
    expect(server.ranges()).toEqual(['bytes=150000-'])
    expect(fs.readFileSync(file).equals(content)).toBe(true)
  })

  it('goes on by itself when the connection breaks', async () => {
    const server = await serve({ cutAfter: 120_000 })
    const file = path.join(folder(), 'a.whl')
    await downloadFile(wanted(server, file))
    expect(server.ranges()).toHaveLength(2)
    expect(fs.readFileSync(file).equals(content)).toBe(true)
  })

  it('starts again when what an earlier attempt left is of another file', async () => {
    const server = await serve()
    const file = path.join(folder(), 'a.whl')
    fs.writeFileSync(`${file}.part`, randomBytes(1000))
    await downloadFile(wanted(server, file))
    expect(fs.readFileSync(file).equals(content)).toBe(true)
  })

  it('is thrown away when its checksum is wrong', async () => {
    const server = await serve({ content: randomBytes(content.length) })
    const file = path.join(folder(), 'a.whl')
    await expect(downloadFile(wanted(server, file))).rejects.toThrow(/a\.whl.*SHA-256/)
    expect(fs.readdirSync(path.dirname(file))).toEqual([])
  })

  it('stops at a file longer than announced', async () => {
    const server = await serve({ content: Buffer.concat([content, content]) })
    const file = path.join(folder(), 'a.whl')
    await expect(downloadFile(wanted(server, file))).rejects.toThrow(/longer than announced/)
    expect(fs.existsSync(file)).toBe(false)
  })

  it('tries once where the server says no', async () => {
    const server = await serve()
    const missing = { ...wanted(server, path.join(folder(), 'a')), url: `${server.url}/b.whl` }
    await expect(downloadFile(missing)).rejects.toThrow(HttpError)
    expect(server.requests).toHaveLength(1)
  })

  it('does not carry a token to where it is redirected', async () => {
    const storage = await serve()
    const hub = await serve({ redirect: `${storage.url}/a.whl` })
    await downloadFile({
      ...wanted(hub, path.join(folder(), 'a.whl')),
      headers: { authorization: 'Bearer secret' },
    })
    expect(hub.requests[0]?.headers.authorization).toBe('Bearer secret')
    expect(storage.requests[0]?.headers.authorization).toBeUndefined()
  })
})
