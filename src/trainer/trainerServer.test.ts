import fs from 'node:fs'
import net from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { trainerProtocol } from '../core/protocol/trainer.ts'
import { newSocketPath } from '../runtime/socketPath.ts'
import { TrainerServer } from './trainerServer.ts'

const hello = `${JSON.stringify({ type: 'hello', id: 1, protocol: trainerProtocol })}\n`
const heartbeat = { type: 'heartbeat', time: 1, memoryMB: 1 } as const
const long = { type: 'reply', id: 0, ok: true, error: 'x'.repeat(900_000) } as const

describe('TrainerServer', () => {
  const servers: TrainerServer[] = []
  const sockets: net.Socket[] = []
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    for (const server of servers.splice(0)) await server.close()
  })

  const start = async (): Promise<{ server: TrainerServer; path: string }> => {
    const path = newSocketPath()
    const server = new TrainerServer(
      path,
      (id) => ({ type: 'reply', id, ok: true }),
      ({ id }) => ({ type: 'reply', id, ok: true }),
    )
    servers.push(server)
    await server.listen()
    return { server, path }
  }
  const connect = (path: string): net.Socket => {
    const socket = net.connect(path)
    socket.on('error', () => socket.destroy())
    socket.write(hello)
    sockets.push(socket)
    return socket
  }
  const clients = (server: TrainerServer, count: number) =>
    expect.poll(() => server.clientCount, { timeout: 10_000 }).toBe(count)

  it('cuts off who reads nothing, and keeps who reads late', async () => {
    const { server, path } = await start()
    const reader = connect(path)
    let received = 0
    reader.on('data', (chunk) => {
      received += chunk.length
    })
    connect(path)
    await clients(server, 2)
    // More at once than may pile up: only who does not take it within a while is cut off.
    for (let n = 0; n < 10; n++) server.broadcast(long)
    await clients(server, 1)
    expect(received).toBeGreaterThan(9_000_000)
  })

  it('cuts off at once who lets too much pile up', async () => {
    const { server, path } = await start()
    connect(path)
    await clients(server, 1)
    for (let n = 0; n < 80; n++) server.broadcast(long)
    await clients(server, 0)
  })

  it.skipIf(process.platform === 'win32')(
    'has a socket for this user alone, gone when closed',
    async () => {
      const { server, path } = await start()
      expect(fs.statSync(path).mode & 0o777).toBe(0o600)
      await server.close()
      expect(fs.existsSync(path)).toBe(false)
    },
  )

  it('sends nothing to who has not said hello', async () => {
    const { server, path } = await start()
    const silent = net.connect(path)
    sockets.push(silent)
    let bytes = 0
    silent.on('data', (chunk) => {
      bytes += chunk.length
    })
    connect(path).resume()
    await clients(server, 1)
    server.broadcast(heartbeat)
    await server.close()
    expect(bytes).toBe(0)
  })
})
