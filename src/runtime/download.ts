import fs from 'node:fs'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import http from 'node:http'
import https from 'node:https'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import { messageOf } from '../core/errors.ts'
import { ChecksumError, requireChecksum } from './checksum.ts'

export interface Download {
  readonly url: string
  /** Where the file goes; `<file>.part` grows beside it and is resumed the next time. */
  readonly file: string
  /** Bytes; what is longer is refused. */
  readonly size: number
  /** Undefined where the source names none. */
  readonly sha256?: string | undefined
  /** Sent to the URL's own origin only, never to where it redirects to elsewhere. */
  readonly headers?: OutgoingHttpHeaders
}

export interface DownloadOptions {
  readonly onBytes?: (done: number) => void
  /** Longest silence of the server, ms. */
  readonly silenceMs?: number
}

const attempts = 5

/**
 * Downloads a file, resuming what an earlier attempt left (HTTP Range), and renames it into place
 * once size and checksum are right.
 * @throws ChecksumError, or an Error whose message says what the server or the network did
 */
export const downloadFile = async (wanted: Download, options: DownloadOptions = {}) => {
  fs.mkdirSync(path.dirname(wanted.file), { recursive: true, mode: 0o700 })
  const part = `${wanted.file}.part`
  const inherited = sizeOf(part) > 0
  await fillPart(part, wanted, options)
  try {
    await finish(part, wanted)
  } catch (error) {
    // A part left by an older download may be of another file: once more, from the start.
    if (!(error instanceof ChecksumError) || !inherited) throw error
    await fillPart(part, wanted, options)
    await finish(part, wanted)
  }
}

const finish = async (part: string, wanted: Download) => {
  if (wanted.sha256) await requireChecksum(part, wanted.sha256, path.basename(wanted.file))
  fs.renameSync(part, wanted.file)
}

const fillPart = async (part: string, wanted: Download, options: DownloadOptions) => {
  // A server that never answered is not asked again; a connection that broke is taken up again.
  let answered = false
  for (let failures = 0; sizeOf(part) !== wanted.size; ) {
    const before = sizeOf(part)
    try {
      await request(part, wanted, options, () => {
        answered = true
      })
    } catch (error) {
      if (error instanceof HttpError || isDiskFull(error) || !answered) throw error
      failures = sizeOf(part) > before ? 1 : failures + 1
      if (failures >= attempts) throw error
      await sleep(failures * 200)
    }
  }
}

export const isDiskFull = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ENOSPC'

/** The server answered, and not with the file: trying again would not help. */
export class HttpError extends Error {
  override name = 'HttpError'
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

const request = async (
  part: string,
  wanted: Download,
  options: DownloadOptions,
  onAnswer: () => void,
) => {
  let offset = sizeOf(part)
  if (offset > wanted.size) {
    fs.rmSync(part)
    offset = 0
  }
  const range = offset > 0 ? { range: `bytes=${offset}-` } : {}
  const response = await get(wanted.url, { ...wanted.headers, ...range }, options.silenceMs)
  const resumed = response.statusCode === 206
  if (response.statusCode !== 200 && !resumed) {
    response.resume()
    throw new HttpError(
      response.statusCode ?? 0,
      `${hostOf(wanted.url)} answered ${response.statusCode} for ${path.basename(wanted.file)}`,
    )
  }
  onAnswer()
  let done = resumed ? offset : 0
  options.onBytes?.(done)
  response.on('data', (chunk: Buffer) => {
    done += chunk.length
    if (done > wanted.size)
      response.destroy(new HttpError(0, `${path.basename(wanted.file)} is longer than announced`))
    options.onBytes?.(done)
  })
  await pipeline(response, fs.createWriteStream(part, { flags: resumed ? 'a' : 'w' }))
  if (sizeOf(part) < wanted.size) throw new Error('the connection ended early')
}

/**
 * A GET that follows redirects.
 * @param silenceMs gives up after this long without a byte
 */
export const get = async (
  url: string,
  headers: OutgoingHttpHeaders = {},
  silenceMs = 30_000,
  redirects = 5,
): Promise<IncomingMessage> => {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const client = url.startsWith('https:') ? https : http
    const trusted = certificates()
    const request = client.get(
      url,
      { headers: { 'user-agent': 'headway', ...headers }, ...(trusted && { ca: trusted }) },
      resolve,
    )
    request.setTimeout(silenceMs, () =>
      request.destroy(new Error(`${hostOf(url)} was silent for ${silenceMs / 1000} s`)),
    )
    request.on('error', (error) =>
      reject(new Error(`${hostOf(url)} cannot be reached (${codeOf(error)})`)),
    )
  })
  const to = response.headers.location
  if (!to || !response.statusCode || response.statusCode < 300 || response.statusCode > 399)
    return response
  response.resume()
  if (redirects === 0) throw new Error(`${hostOf(url)} redirects without end`)
  const next = new URL(to, url)
  const sameOrigin = next.origin === new URL(url).origin
  const { authorization, cookie, ...harmless } = headers
  return get(next.href, sameOrigin ? headers : harmless, silenceMs, redirects - 1)
}

const codeOf = (error: Error): string =>
  (error as NodeJS.ErrnoException).code ?? (messageOf(error) || error.name)

const hostOf = (url: string): string => new URL(url).host

const sizeOf = (file: string): number => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0

/** Behind a company's proxy its certificate is named for pip or OpenSSL, seldom for Node. */
const certificates = (): string[] | undefined => {
  const { PIP_CERT, SSL_CERT_FILE, REQUESTS_CA_BUNDLE } = process.env
  const file = PIP_CERT || SSL_CERT_FILE || REQUESTS_CA_BUNDLE
  if (!file || !fs.existsSync(file)) return undefined
  return [...tls.rootCertificates, fs.readFileSync(file, 'utf8')]
}
