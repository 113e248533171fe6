import fs from 'node:fs'
import { writeAtomic } from '../files/atomicFile.ts'

export interface TensorData {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/**
 * Writes float32 tensors as a safetensors file, beside `file` first and renamed over it when it is
 * complete and flushed. `transformers` asks for the metadata `format`.
 */
export const writeSafetensors = (
  file: string,
  tensors: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): void => {
  const header = headerOf(tensors, metadata)
  writeAtomic(file, (handle) => {
    writeAll(handle, header)
    for (const { data } of tensors.values()) {
      writeAll(handle, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    }
  })
}

const headerOf = (
  tensors: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array => {
  const entries: [string, unknown][] = [['__metadata__', metadata]]
  let at = 0
  for (const [name, { shape, data }] of tensors) {
    if (shape.reduce((product, size) => product * size, 1) !== data.length) {
      throw new RangeError(`${name}: ${data.length} values do not fill [${shape.join(', ')}]`)
    }
    entries.push([name, { dtype: 'F32', shape, data_offsets: [at, at + data.byteLength] }])
    at += data.byteLength
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  // Data aligned to 8 bytes, as the reference writer does it: with spaces.
  const padded = Math.ceil(json.length / 8) * 8
  const header = Buffer.alloc(8 + padded, ' ')
  header.writeBigUInt64LE(BigInt(padded), 0)
  json.copy(header, 8)
  return header
}

const writeChunk = 1 << 28

const writeAll = (handle: number, bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length; ) {
    at += fs.writeSync(handle, bytes, at, Math.min(writeChunk, bytes.length - at))
  }
}
