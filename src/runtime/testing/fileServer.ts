import http from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ServedFile {
  readonly content: Buffer | string
  readonly headers?: http.OutgoingHttpHeaders
  /** Closes the connection after so many bytes, at the first request only. */
  readonly cutAfter?: number
  readonly redirect?: string
}

/** A web server on this machine with HTTP ranges, as package indexes and the Hub have them. */
export class FileServer {
  readonly requests: http.IncomingMessage[] = []
  private readonly server = http.createServer((request, response) => this.answer(request, response))
  private readonly cut = new Set<string>()
  /** For a path without a file. */
  missing: http.OutgoingHttpHeaders = {}

  private constructor(readonly files: Record<string, ServedFile>) {}

  static async start(files: Record<string, ServedFile>): Promise<FileServer> {
    const server = new FileServer(files)
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  ranges(): (string | undefined)[] {
    return this.requests.map((request) => request.headers.range)
  }

  stop(): Promise<void> {
    this.server.closeAllConnections()
    return new Promise((resolve) => this.server.close(() => resolve()))
  }

  private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.requests.push(request)
    const path = (request.url ?? '').split('?')[0] ?? ''
    const file = this.files[path]
    if (!file) {
      response.writeHead(404, this.missing).end()
      return
    }
    if (file.redirect) {
      response.writeHead(302, { location: file.redirect }).end()
      return
    }
    const whole = Buffer.from(file.content)
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    const from = range ? Number(range[1]) : 0
    const to = range?.[2] ? Number(range[2]) + 1 : whole.length
    const content = whole.subarray(from, to)
    response.writeHead(range ? 206 : 200, {
      'content-length': content.length,
      ...(range && {
        'content-range': `bytes ${from}-${from + content.length - 1}/${whole.length}`,
      }),
      ...file.headers,
    })
    if (file.cutAfter !== undefined && !this.cut.has(path)) {
      this.cut.add(path)
      response.write(content.subarray(0, file.cutAfter), () => response.destroy())
      return
    }
    response.end(content)
  }
}
