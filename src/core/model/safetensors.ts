import fs from 'node:fs'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { InputError, messageOf } from '../errors.ts'
import { duplicateKey } from './duplicateKeys.ts'
import { bfloatsToFloats, halvesToFloats } from './halfFloats.ts'

/** One tensor of a file; `start` and `end` are bytes from the beginning of the data. */
export interface TensorEntry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly start: number
  readonly end: number
}

export interface SafetensorsFile {
  readonly file: string
  readonly tensors: ReadonlyMap<string, TensorEntry>
  readonly metadata: Readonly<Record<string, string>>
  /** One tensor's values; F16, BF16 and F64 are converted. @throws InputError: unknown name, no floats */
  read(name: string): Float32Array
}

const bytesOf: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
}

const EntrySchema = Type.Object({
  dtype: Type.String(),
  shape: Type.Array(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), {
    maxItems: 16,
  }),
  data_offsets: Type.Tuple([Type.Integer({ minimum: 0 }), Type.Integer({ minimum: 0 })]),
})
const MetadataSchema = Type.Record(Type.String(), Type.String())

const prefixBytes = 8
/** The format's own limit (safetensors/src/tensor.rs, MAX_HEADER_SIZE). */
const longestHeader = 100_000_000
/** One read call takes less than 2 GiB. */
const readChunk = 1 << 28

/**
 * Opens a safetensors file and checks all of its header against the file's size, before memory is
 * taken for any tensor. The file is opened anew for each read: nothing to close.
 * @throws InputError where it is missing, truncated, damaged, or something else (a pickle)
 */
export const openSafetensors = (file: string): SafetensorsFile => {
  const { header, dataStart, dataBytes } = readHeader(file)
  const { tensors, metadata } = parseHeader(header, dataBytes, file)
  return {
    file,
    tensors,
    metadata,
    read: (name) => {
      const entry = tensors.get(name)
      if (!entry) throw new InputError(`${file} has no tensor "${name}".`)
      return toFloats(
        readRange(file, dataStart + entry.start, entry.end - entry.start),
        entry,
        () => floatError(file, name, entry.dtype),
      )
    },
  }
}

const floatError = (file: string, name: string, dtype: string): InputError =>
  new InputError(`${file}: "${name}" is of type ${dtype}; weights are F32, F16, BF16 or F64.`)

interface RawHeader {
  readonly header: string
  readonly dataStart: number
  readonly dataBytes: number
}

const readHeader = (file: string): RawHeader => {
  const size = sizeOf(file)
  const prefix = readRange(file, 0, Math.min(size, prefixBytes))
  refusePickle(prefix, file)
  if (size < prefixBytes + 2) {
    throw new InputError(`${file} is no safetensors file: ${size} bytes. Fetch it again.`)
  }
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true))
  if (length > longestHeader) {
    throw new InputError(
      `${file} is no safetensors file: its header would be ${length} bytes long. Fetch it again.`,
    )
  }
  if (prefixBytes + length > size) {
    throw new InputError(
      `${file} is truncated: its header needs ${length} bytes, the file has ${size}. Fetch it again.`,
    )
  }
  const bytes = readRange(file, prefixBytes, length)
  let header: string
  try {
    header = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new InputError(`${file} is no safetensors file: its header is not UTF-8.`)
  }
  return { header, dataStart: prefixBytes + length, dataBytes: size - prefixBytes - length }
}

const refusePickle = (start: Uint8Array, file: string): void => {
  const zip = start[0] === 0x50 && start[1] === 0x4b && start[2] === 3 && start[3] === 4
  const pickle = start[0] === 0x80 && start[1] !== undefined && start[1] >= 2 && start[1] <= 5
  const looksLikeHeaderLength = start.subarray(4, 8).every((byte) => byte === 0)
  if (zip || (pickle && !looksLikeHeaderLength)) {
    throw new InputError(`${file} is a PyTorch pickle, not safetensors; ${pickleAdvice}`)
  }
}

/** Why a pickle is refused, and the way out. */
export const pickleAdvice =
  'a pickle can run code when it is read: convert it with save_pretrained(…, safe_serialization=True) of transformers, or choose a revision that has model.safetensors.'

const sizeOf = (file: string): number => {
  try {
    const stat = fs.statSync(file)
    if (!stat.isFile()) throw new InputError(`${file} is not a file.`)
    return stat.size
  } catch (error) {
    if (error instanceof InputError) throw error
    throw new InputError(`${file} cannot be read: ${messageOf(error)}.`)
  }
}

const readRange = (file: string, start: number, length: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(length)
  const handle = fs.openSync(file, 'r')
  try {
    for (let done = 0; done < length; ) {
      const read = fs.readSync(
        handle,
        bytes,
        done,
        Math.min(readChunk, length - done),
        start + done,
      )
      if (read === 0) throw new InputError(`${file} is truncated. Fetch it again.`)
      done += read
    }
  } finally {
    fs.closeSync(handle)
  }
  return bytes
}

const parseHeader = (
  header: string,
  dataBytes: number,
  file: string,
): Pick<SafetensorsFile, 'tensors' | 'metadata'> => {
  const json = parseJsonObject(header, file)
  const twice = duplicateKey(header)
  if (twice !== undefined) {
    throw new InputError(`${file} is damaged: its header has the key "${twice}" twice.`)
  }
  const tensors = new Map<string, TensorEntry>()
  let metadata: Record<string, string> = {}
  for (const [name, value] of Object.entries(json)) {
    if (name !== '__metadata__') tensors.set(name, parseEntry(name, value, dataBytes, file))
    else if (Value.Check(MetadataSchema, value)) metadata = value
    else throw new InputError(`${file} is damaged: its __metadata__ is not text by name.`)
  }
  checkCover(tensors, dataBytes, file)
  return { tensors, metadata }
}

const parseJsonObject = (header: string, file: string): object => {
  let json: unknown
  try {
    json = JSON.parse(header)
  } catch {
    json = undefined
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json
  throw new InputError(`${file} is no safetensors file: its header is not a JSON object.`)
}

const parseEntry = (name: string, value: unknown, dataBytes: number, file: string): TensorEntry => {
  if (!Value.Check(EntrySchema, value)) {
    throw new InputError(`${file} is damaged: the header's entry "${name}" is not a tensor's.`)
  }
  const bytes = bytesOf[value.dtype]
  if (bytes === undefined) {
    throw new InputError(`${file}: "${name}" has an unknown type ${value.dtype}.`)
  }
  const [start, end] = value.data_offsets
  if (start > end || end > dataBytes) {
    throw new InputError(
      `${file} is truncated or damaged: "${name}" should lie at bytes ${start} to ${end} of ${dataBytes}. Fetch it again.`,
    )
  }
  const needed = value.shape.reduce((product, size) => product * size, bytes)
  if (needed !== end - start) {
    throw new InputError(
      `${file} is damaged: "${name}" of shape [${value.shape.join(', ')}] in ${value.dtype} needs ${needed} bytes, its entry gives it ${end - start}.`,
    )
  }
  return { dtype: value.dtype, shape: value.shape, start, end }
}

/** The format wants the tensors to cover the data without overlap, hole or rest. */
const checkCover = (
  tensors: ReadonlyMap<string, TensorEntry>,
  dataBytes: number,
  file: string,
): void => {
  const sorted = [...tensors].sort(([, a], [, b]) => a.start - b.start || a.end - b.end)
  let at = 0
  for (const [name, { start, end }] of sorted) {
    if (start !== at) {
      const what = start < at ? 'overlaps the tensor before it' : 'leaves a hole before it'
      throw new InputError(`${file} is damaged: "${name}" ${what}.`)
    }
    at = end
  }
  if (at !== dataBytes) {
    throw new InputError(
      `${file} is damaged: its tensors take ${at} bytes, the file has ${dataBytes} for them.`,
    )
  }
}

const toFloats = (
  bytes: Uint8Array<ArrayBuffer>,
  entry: TensorEntry,
  otherwise: () => InputError,
): Float32Array => {
  switch (entry.dtype) {
    case 'F32':
      return new Float32Array(bytes.buffer)
    case 'F16':
      return halvesToFloats(new Uint16Array(bytes.buffer))
    case 'BF16':
      return bfloatsToFloats(new Uint16Array(bytes.buffer))
    case 'F64':
      return Float32Array.from(new Float64Array(bytes.buffer))
    default:
      throw otherwise()
  }
}
