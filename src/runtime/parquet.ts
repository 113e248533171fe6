import { once } from 'node:events'
import fs from 'node:fs'
import { finished } from 'node:stream/promises'
import type { FileMetaData } from 'hyparquet'
import { InputError, messageOf } from '../core/errors.ts'

interface Feature {
  readonly _type?: string
  readonly names?: readonly string[]
  readonly feature?: Feature
}
type Features = Readonly<Record<string, Feature>>

/**
 * Writes a Parquet file's rows as JSONL, some thousand rows at a time. Where the file was written by
 * Hugging Face's `datasets`, classes become their names, and pictures and sounds are left out.
 * @param append adds to what `to` holds already
 * @returns how many rows
 * @throws InputError where the file is no Parquet, or uses what is not read
 */
export const parquetToJsonl = async (file: string, to: string, append = false): Promise<number> => {
  const output = fs.createWriteStream(to, { flags: append ? 'a' : 'w' })
  // An error comes through the write that waits for it, or the end.
  output.on('error', () => {})
  try {
    let rows = 0
    for await (const line of rowLines(file)) {
      rows++
      // Waits where the disk is slower: what is not written yet is held in memory.
      if (!output.write(line)) await drained(output)
    }
    return rows
  } finally {
    output.end()
    await finished(output)
  }
}

const drained = async (stream: fs.WriteStream): Promise<void> => {
  if (stream.errored) throw stream.errored
  await once(stream, 'drain')
}

/** Rows that are unpacked at a time: a row group may hold millions. */
const rowsAtOnce = 10_000

async function* rowLines(file: string): AsyncGenerator<string> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import(
    'hyparquet'
  )
  const { compressors } = await import('hyparquet-compressors')
  try {
    const buffer = await asyncBufferFromFile(file)
    const metadata = await parquetMetadataAsync(buffer)
    const features = featuresOf(metadata)
    const columns = textColumns(metadata, features)
    for (const { start, end } of slices(metadata)) {
      const rows = await parquetReadObjects({
        ...{ file: buffer, metadata, rowStart: start, rowEnd: end, columns, compressors },
      })
      for (const row of rows) yield `${JSON.stringify(plainRow(row, features))}\n`
    }
  } catch (error) {
    if (error instanceof InputError) throw error
    throw new InputError(`${file} cannot be read as Parquet: ${messageOf(error)}.`)
  }
}

/** Row numbers of each part that is read at once; none goes over the end of its row group. */
function* slices({ row_groups: groups }: FileMetaData): Generator<{ start: number; end: number }> {
  let groupStart = 0
  for (const { num_rows: count } of groups) {
    const groupEnd = groupStart + Number(count)
    for (let start = groupStart; start < groupEnd; start += rowsAtOnce) {
      yield { start, end: Math.min(start + rowsAtOnce, groupEnd) }
    }
    groupStart = groupEnd
  }
}

/** What `datasets` writes into the file about its columns. */
const featuresOf = ({ key_value_metadata: entries = [] }: FileMetaData): Features => {
  const text = entries.find(({ key }) => key === 'huggingface')?.value
  if (text === undefined) return {}
  try {
    const { info } = JSON.parse(text) as { info?: { features?: Features } }
    return info?.features ?? {}
  } catch {
    return {}
  }
}

const textColumns = ({ schema }: FileMetaData, features: Features): string[] => {
  const [root] = schema
  const names: string[] = []
  let at = 1
  // The schema is a tree written depth first: of a column with children, they are passed over.
  const skip = (): void => {
    const children = schema[at++]?.num_children ?? 0
    for (let child = 0; child < children; child++) skip()
  }
  for (let column = 0; column < (root?.num_children ?? 0); column++) {
    names.push(schema[at]?.name ?? '')
    skip()
  }
  return names.filter((name) => !/^(Image|Audio|Video)$/.test(features[name]?._type ?? ''))
}

const plainRow = (row: Readonly<Record<string, unknown>>, features: Features) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, plainValue(value, features[name])]),
  )

/** A class by its name, `-1` (not labelled) as null; 64-bit numbers as numbers; dates as text. */
const plainValue = (value: unknown, feature: Feature | undefined): unknown => {
  if (Array.isArray(value)) return value.map((each) => plainValue(each, feature?.feature))
  if (typeof value === 'bigint' || typeof value === 'number') {
    if (feature?.names && value < 0) return null
    return feature?.names?.[Number(value)] ?? plainNumber(value)
  }
  if (value instanceof Date) return value.toISOString()
  if (ArrayBuffer.isView(value)) return null
  if (typeof value !== 'object' || value === null) return value ?? null
  const fields = feature as Features | undefined
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, plainValue(each, fields?.[name])]),
  )
}

const plainNumber = (value: bigint | number): number | string =>
  typeof value === 'number' || Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
