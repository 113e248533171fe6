import { createHash } from 'node:crypto'
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { FileServer, type ServedFile } from './fileServer.ts'

export const commit = 'c0ffee0123456789'

const features = {
  label: { names: ['neg', 'pos'], _type: 'ClassLabel' },
  ner_tags: { feature: { names: ['O', 'B-PER'], _type: 'ClassLabel' }, _type: 'Sequence' },
}
const metadata = [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }]

/** A Parquet file with the classes' names, as Hugging Face's `datasets` writes it. */
export const parquet = (columnData: ColumnSource[]): Buffer =>
  Buffer.from(
    parquetWriteBuffer({ columnData, kvMetadata: metadata, rowGroupSize: 2, codec: 'SNAPPY' }),
  )

export const reviews = (...texts: string[]): Buffer =>
  parquet([
    { name: 'text', data: texts },
    { name: 'label', data: texts.map((_, at) => BigInt(at % 2)), type: 'INT64' },
  ])

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')
const sha1 = (content: Buffer) =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')

export interface Repository {
  readonly name: string
  readonly revision: string
  readonly files: Readonly<Record<string, Buffer>>
}

const json = (value: unknown): ServedFile => ({
  content: JSON.stringify(value),
  headers: { 'content-type': 'application/json' },
})

/** A stand-in for the Hub with data sets at some of their revisions. */
export const serveDataSets = async (...repositories: Repository[]): Promise<FileServer> => {
  const served: Record<string, ServedFile> = {}
  for (const { name, revision, files } of repositories) {
    const at = encodeURIComponent(revision)
    served[`/api/datasets/${name}/revision/${at}`] = json({ id: name, _id: '1', sha: commit })
    served[`/api/datasets/${name}/tree/${commit}`] = json(
      Object.entries(files).map(([file, content]) => ({
        ...{ type: 'file', path: file, size: content.length, oid: sha1(content) },
        ...(file.endsWith('.parquet')
          ? { lfs: { oid: sha256(content), size: content.length, pointerSize: 1 } }
          : {}),
      })),
    )
    for (const [file, content] of Object.entries(files)) {
      served[`/datasets/${name}/resolve/${commit}/${file}`] = { content }
    }
  }
  return FileServer.start(served)
}
