import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { onText } from './outputText.ts'

it('keeps a character whole that comes in two chunks', async () => {
  const stream = new PassThrough()
  let output = ''
  onText(stream, (text) => {
    output += text
  })
  for (const byte of Buffer.from('größer 🙂')) stream.write(Buffer.from([byte]))
  stream.end()
  await once(stream, 'end')
  expect(output).toBe('größer 🙂')
})
