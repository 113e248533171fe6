/** One number at one step, for TensorBoard. */
export interface Scalar {
  readonly tag: string
  readonly step: number
  /** ms since 1970 */
  readonly time: number
  readonly value: number
}

/**
 * An event file as TensorBoard reads it: TFRecords (length and data, each with a masked CRC-32C) of
 * the protobuf `tensorflow.Event`, scalars in the first form, which every version knows.
 */
export const eventFile = (scalars: readonly Scalar[]): Uint8Array => {
  const first = scalars[0]?.time ?? 0
  const version = event(first, 0, lengthField(3, utf8('brain.Event:2')))
  return concat([record(version), ...scalars.map((scalar) => record(scalarEvent(scalar)))])
}

const scalarEvent = ({ tag, step, time, value }: Scalar): Uint8Array => {
  const number = new Uint8Array(5)
  number[0] = (2 << 3) | 5
  new DataView(number.buffer).setFloat32(1, value, true)
  const entry = concat([lengthField(1, utf8(tag)), number])
  return event(time, step, lengthField(5, lengthField(1, entry)))
}

/** wall_time (seconds), step, and what happened. */
const event = (time: number, step: number, what: Uint8Array): Uint8Array => {
  const wallTime = new Uint8Array(9)
  wallTime[0] = (1 << 3) | 1
  new DataView(wallTime.buffer).setFloat64(1, time / 1000, true)
  return concat([wallTime, Uint8Array.of(2 << 3, ...varint(step)), what])
}

const lengthField = (field: number, bytes: Uint8Array): Uint8Array =>
  concat([Uint8Array.of((field << 3) | 2, ...varint(bytes.length)), bytes])

const varint = (value: number): number[] => {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  bytes.push(rest)
  return bytes
}

const record = (data: Uint8Array): Uint8Array => {
  const length = new Uint8Array(8)
  new DataView(length.buffer).setUint32(0, data.length, true)
  return concat([length, maskedCrc(length), data, maskedCrc(data)])
}

const maskedCrc = (data: Uint8Array): Uint8Array => {
  const crc = crc32c(data)
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, masked, true)
  return bytes
}

/** Castagnoli's polynomial, reflected. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})

export const crc32c = (data: Uint8Array): number => {
  let crc = 0xffffffff
  for (const byte of data) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

const concat = (parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
