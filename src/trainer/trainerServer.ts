import fs from 'node:fs'
import net from 'node:net'
import { Value } from 'typebox/value'
import {
  longestMessage,
  type TrainerMessage,
  type TrainerRequest,
  TrainerRequestSchema,
  trainerProtocol,
} from '../core/protocol/trainer.ts'
import { MessageLines } from '../runtime/messageLines.ts'

/**
 * A client that lets this many bytes pile up, for this long or so many at once, does not read; it can
 * follow the file.
 */
const manyBuffered = 4_000_000
const mostBuffered = 64_000_000
const drainWithinMs = 2000
const mostClients = 64
const helloWithinMs = 5000
const lastWordsMs = 500

export type Order = Exclude<TrainerRequest, { type: 'hello' }>

/** Answers the clients of a trainer, on a local socket. */
export class TrainerServer {
  private readonly server: net.Server
  private readonly connections = new Set<net.Socket>()
  private readonly greeted = new Set<net.Socket>()

  constructor(
    private readonly socketPath: string,
    private readonly welcome: (id: number) => TrainerMessage,
    private readonly answer: (order: Order) => TrainerMessage,
  ) {
    this.server = net.createServer((socket) => this.accept(socket))
  }

  get clientCount(): number {
    return this.greeted.size
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(this.socketPath, resolve)
    })
    if (process.platform !== 'win32') fs.chmodSync(this.socketPath, 0o600)
  }

  broadcast(message: TrainerMessage): void {
    if (this.greeted.size === 0) return
    const line = Buffer.from(`${JSON.stringify(message)}\n`)
    // Over-long lines are in the file; a client that misses one sees the gap in `seq`.
    if (line.length > longestMessage) return
    for (const socket of this.greeted) send(socket, line)
  }

  /** Ends the connections once they have what was sent, or after a moment; removes the socket. */
  async close(): Promise<void> {
    this.server.close()
    const ends = [...this.connections].map(
      (socket) => new Promise<void>((resolve) => socket.end(resolve)),
    )
    const patience = new Promise<void>((resolve) => setTimeout(resolve, lastWordsMs))
    await Promise.race([Promise.all(ends), patience])
    for (const socket of this.connections) socket.destroy()
    if (process.platform !== 'win32') fs.rmSync(this.socketPath, { force: true })
  }

  private accept(socket: net.Socket): void {
    if (this.connections.size >= mostClients) {
      socket.destroy()
      return
    }
    this.connections.add(socket)
    const lines = new MessageLines(longestMessage, (line) => this.receive(socket, line))
    const patience = setTimeout(() => socket.destroy(), helloWithinMs)
    socket.on('data', (chunk) => {
      if (!socket.destroyed && !lines.push(chunk)) socket.destroy()
      if (this.greeted.has(socket)) clearTimeout(patience)
    })
    socket.on('error', () => socket.destroy())
    socket.once('close', () => {
      clearTimeout(patience)
      this.connections.delete(socket)
      this.greeted.delete(socket)
    })
  }

  private receive(socket: net.Socket, line: string): void {
    if (socket.destroyed) return
    const request = parseRequest(line)
    if (!request) {
      socket.destroy()
    } else if (request.type === 'hello') {
      this.greet(socket, request.id, request.protocol)
    } else if (this.greeted.has(socket)) {
      this.reply(socket, this.answer(request))
    } else {
      socket.destroy()
    }
  }

  private greet(socket: net.Socket, id: number, protocol: number): void {
    if (protocol === trainerProtocol) {
      this.greeted.add(socket)
      this.reply(socket, this.welcome(id))
      return
    }
    const error = `This trainer speaks protocol ${trainerProtocol}, not ${protocol}.`
    this.reply(socket, { type: 'reply', id, ok: false, error })
    socket.end()
  }

  private reply(socket: net.Socket, message: TrainerMessage): void {
    send(socket, Buffer.from(`${JSON.stringify(message)}\n`))
  }
}

const send = (socket: net.Socket, line: Uint8Array): void => {
  if (socket.writableEnded || socket.destroyed) return
  const before = socket.writableLength
  const after = before + line.length
  if (after > mostBuffered) {
    socket.destroy()
    return
  }
  socket.write(line)
  if (before <= manyBuffered && after > manyBuffered) expectDrain(socket)
}

const expectDrain = (socket: net.Socket): void => {
  const patience = setTimeout(() => socket.destroy(), drainWithinMs)
  const calm = () => clearTimeout(patience)
  socket.once('drain', calm)
  socket.once('close', calm)
}

const parseRequest = (line: string): TrainerRequest | undefined => {
  try {
    const value: unknown = JSON.parse(line)
    return Value.Check(TrainerRequestSchema, value) ? value : undefined
  } catch {
    return undefined
  }
}
