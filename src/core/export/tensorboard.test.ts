import { describe, expect, it } from 'vitest'
import { crc32c, eventFile } from './tensorboard.ts'

describe("TensorBoard's event file", () => {
  it('has the checksum of RFC 3720', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283)
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  })

  it('is records of length, checksum, event, checksum', () => {
    const file = eventFile([{ tag: 'loss', step: 300, time: 1_700_000_000_000, value: 0.5 }])
    const view = new DataView(file.buffer)
    const first = view.getUint32(0, true)
    const second = 8 + 4 + first + 4
    const length = view.getUint32(second, true)
    expect(second + 8 + 4 + length + 4).toBe(file.length)
    const text = new TextDecoder('latin1').decode(file)
    expect(text).toContain('brain.Event:2')
    expect(text).toContain('loss')
    // step 300 as a varint, and 0.5 as a little-endian float
    expect(text).toContain('\x10\xac\x02')
    expect(text).toContain('\x15\x00\x00\x00\x3f')
  })
})
