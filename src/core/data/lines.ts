import fs from 'node:fs'
import { InputError, messageOf } from '../errors.ts'

/** A line of a text file without its end, or why it cannot be read; `line` counts from 1. */
export type Line =
  | { readonly line: number; readonly text: string; readonly error?: never }
  | { readonly line: number; readonly error: InputError; readonly text?: never }

/** Longest line (or record) that is read, in bytes. */
export const longestLine = 1 << 20

const newline = 10
const carriageReturn = 13
const readChunk = 1 << 16

/**
 * Reads a UTF-8 text file line by line in bounded memory. Line ends are `\n` or `\r\n`; a BOM is
 * dropped. A line that is not UTF-8 or longer than `longestLine` comes as an `error`, so that the
 * caller can stop or skip it.
 * @throws InputError where the file is missing, a folder, or binary
 */
export const readLines = (file: string): AsyncGenerator<Line> => linesOf(file, readChunks(file))

/** As `readLines`, of bytes from anywhere: a pipe. @param name for messages */
export async function* linesOf(name: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const lines = new LineAssembler(name)
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; ) {
      const end = chunk.indexOf(newline, start)
      lines.add(chunk.subarray(start, end < 0 ? chunk.length : end))
      if (end >= 0) yield lines.finish()
      start = end < 0 ? chunk.length : end + 1
    }
  }
  if (lines.pending) yield lines.finish()
}

/**
 * Reads a file's bytes, a leading BOM dropped.
 * @throws InputError where the file is missing, a folder, UTF-16 or binary (NUL bytes)
 */
export async function* readChunks(file: string): AsyncGenerator<Buffer> {
  await checkFile(file)
  let line = 1
  let first = true
  const stream = fs.createReadStream(file, { highWaterMark: readChunk })
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (first) refuseUtf16(chunk, file)
      const nul = chunk.indexOf(0)
      if (nul >= 0) {
        const at = line + countNewlines(chunk.subarray(0, nul))
        throw new InputError(
          `${file}:${at} has NUL bytes: it is a binary file, not text. Give a TSV, CSV, JSONL or JSON file.`,
        )
      }
      line += countNewlines(chunk)
      yield first ? withoutBom(chunk) : chunk
      first = false
    }
  } catch (error) {
    if (error instanceof InputError) throw error
    throw new InputError(`${file} cannot be read: ${messageOf(error)}.`)
  } finally {
    stream.destroy()
  }
}

const checkFile = async (file: string): Promise<void> => {
  let stat: fs.Stats
  try {
    stat = await fs.promises.stat(file)
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new InputError(missing ? `${file} does not exist.` : `${file}: ${messageOf(error)}.`)
  }
  if (stat.isDirectory()) throw new InputError(`${file} is a folder; give a data file.`)
  if (!stat.isFile()) throw new InputError(`${file} is not a regular file.`)
}

const refuseUtf16 = (start: Buffer, file: string): void => {
  const mark = start.length >= 2 ? start.readUInt16BE(0) : 0
  if (mark === 0xfffe || mark === 0xfeff) {
    throw new InputError(`${file}:1 is UTF-16 text; save it as UTF-8.`)
  }
}

const withoutBom = (chunk: Buffer): Buffer =>
  chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk

export const countNewlines = (bytes: Uint8Array): number => {
  let count = 0
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count++
  return count
}

class LineAssembler {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  private parts: Buffer[] = []
  private bytes = 0
  private line = 1

  constructor(private readonly file: string) {}

  get pending(): boolean {
    return this.bytes > 0
  }

  add(part: Buffer): void {
    this.bytes += part.length
    // Beyond the limit the bytes are only counted: memory stays bounded.
    if (this.bytes <= longestLine && part.length > 0) this.parts.push(part)
  }

  finish(): Line {
    const line = this.line++
    const { parts, bytes } = this
    this.parts = []
    this.bytes = 0
    if (bytes > longestLine) return { line, error: tooLong(this.file, line, bytes) }
    const whole = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
    const end = whole.at(-1) === carriageReturn ? whole.length - 1 : whole.length
    try {
      return { line, text: this.decoder.decode(whole.subarray(0, end)) }
    } catch {
      return { line, error: notUtf8(this.file, line) }
    }
  }
}

const tooLong = (file: string, line: number, bytes: number): InputError =>
  new InputError(
    `${file}:${line} is ${(bytes / 1e6).toFixed(1)} MB long; a line may have 1 MB. Check the file's line ends, or take the line out.`,
  )

export const notUtf8 = (file: string, line: number): InputError =>
  new InputError(`${file}:${line} is not valid UTF-8; save the file as UTF-8.`)
