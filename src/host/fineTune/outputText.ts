import type { Readable } from 'node:stream'

/** Hands on a process's output as text; a character may come in two chunks. */
export const onText = (stream: Readable, take: (text: string) => void): void => {
  stream.setEncoding('utf8')
  stream.on('data', take)
}
