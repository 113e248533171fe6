import { expect, it } from 'vitest'
import { MessageLines } from './messageLines.ts'

it('puts lines together across chunks and characters', () => {
  const lines: string[] = []
  const reader = new MessageLines(100, (line) => lines.push(line))
  const bytes = Buffer.from('äöü\n\n{"a":1}\nrest')
  for (const byte of bytes) expect(reader.push(Buffer.from([byte]))).toBe(true)
  expect(lines).toEqual(['äöü', '', '{"a":1}'])
})

it('ends at a line over the limit, whole or growing', () => {
  const lines: string[] = []
  const whole = new MessageLines(4, (line) => lines.push(line))
  expect(whole.push(Buffer.from('1234\n12345\n1\n'))).toBe(false)
  expect(lines).toEqual(['1234'])
  const growing = new MessageLines(4, (line) => lines.push(line))
  expect(growing.push(Buffer.from('123'))).toBe(true)
  expect(growing.push(Buffer.from('45'))).toBe(false)
})
