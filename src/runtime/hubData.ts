import fs from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type ChosenFiles, chooseHubFiles, type SplitRole } from '../core/data/hubFiles.ts'
import type { HubReference } from '../core/data/hubReference.ts'
import { InputError, messageOf } from '../core/errors.ts'
import { writeJsonAtomic } from '../core/files/atomicFile.ts'
import { cacheDir, dataDir } from './cache.ts'
import { gitHash } from './checksum.ts'
import { requireFreeSpace } from './disk.ts'
import { downloadFile, isDiskFull } from './download.ts'
import { asked, fetchWithin, firstAnswerMs, HubUnreachable, hubToken, parameters } from './hub.ts'
import { withLock } from './lock.ts'
import { parquetToJsonl } from './parquet.ts'
import { formatBytes, type Report } from './progress.ts'

interface HubFile {
  readonly path: string
  readonly size: number
  /** git's SHA-1 of the blob; of large files the SHA-256 of the content. */
  readonly oid: string | undefined
  readonly sha256: string | undefined
}

interface Snapshot {
  /** The commit. */
  readonly revision: string
  readonly files: readonly HubFile[]
}

/** Kept beside the data: what `revision` stood for when it was asked first. */
type Pins = Record<string, Snapshot>

/** The Hub converts data sets to Parquet on a branch of their own, laid out as `config/split/0000.parquet`. */
const converted = 'refs/convert/parquet'

/**
 * One split of a data set of the Hub as a file on this machine, fetched into the cache where it is
 * not there. A revision that is left out is pinned at the first fetch: the same data for every run.
 * @throws InputError: one sentence that says what to do
 */
export const fetchHubData = async (
  wanted: HubReference,
  role: SplitRole,
  report: Report,
  cache: string = cacheDir(),
): Promise<string> => {
  const folder = path.join(dataDir(cache), wanted.dataset.replaceAll('/', '--'))
  return withLock(
    `${folder}.lock`,
    async () => {
      try {
        return await fetchSplit(wanted, role, folder, report)
      } catch (error) {
        if (!(error instanceof HubUnreachable)) throw error
        throw new InputError(
          `hub:${wanted.dataset} could not be fetched, ${messageOf(error)}: check the network, let HF_ENDPOINT name a mirror, or give a file instead.`,
        )
      }
    },
    () => report({ step: `Waiting for another Headway that fetches ${wanted.dataset}` }),
  )
}

const fetchSplit = async (
  wanted: HubReference,
  role: SplitRole,
  folder: string,
  report: Report,
): Promise<string> => {
  const snapshot = await pinnedSnapshot(wanted, folder, report)
  const chosen = chooseHubFiles(snapshot.files, wanted, role)
  const file = localName(folder, snapshot.revision, chosen)
  if (fs.existsSync(file)) return file
  const size = chosen.files.reduce((sum, each) => sum + each.size, 0)
  requireFreeSpace(folder, 5 * size + 1e6, `Fetching ${wanted.dataset}`)
  const partial = `${file}.partial`
  fs.rmSync(partial, { force: true })
  for (const [index, each] of chosen.files.entries()) {
    const fetched = path.join(folder, 'download', snapshot.revision, each.path)
    await download(wanted.dataset, snapshot.revision, each, fetched, report)
    report({ step: `Reading ${each.path} of ${wanted.dataset}` })
    if (each.path.endsWith('.parquet')) await parquetToJsonl(fetched, partial, index > 0)
    else await append(fetched, partial)
  }
  fs.renameSync(partial, file)
  fs.rmSync(path.join(folder, 'download'), { recursive: true, force: true })
  return file
}

const append = async (file: string, to: string): Promise<void> => {
  await pipeline(fs.createReadStream(file), fs.createWriteStream(to, { flags: 'a' }))
  // A file may end without a line end; an empty line is passed over.
  fs.appendFileSync(to, '\n')
}

const localName = (
  folder: string,
  revision: string,
  { config, split, files }: ChosenFiles<HubFile>,
): string => {
  const extension = path.extname(files[0]?.path ?? '').toLowerCase()
  if (files.length > 1 && extension !== '.parquet' && extension !== '.jsonl') {
    throw new InputError(
      `The split ${split} is in ${files.length} ${extension} files, which are not joined; give one of them as a file.`,
    )
  }
  const name = `${config}.${split}.${revision.slice(0, 12)}`.replaceAll(/[^\w.-]/g, '-')
  return path.join(folder, `${name}${extension === '.parquet' ? '.jsonl' : extension}`)
}

const pinnedSnapshot = async (
  { dataset, revision }: HubReference,
  folder: string,
  report: Report,
): Promise<Snapshot> => {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  const pinFile = path.join(folder, 'revisions.json')
  const pins = readPins(pinFile)
  const key = revision ?? 'newest'
  const pinned = Object.hasOwn(pins, key) ? pins[key] : undefined
  if (pinned) return pinned
  report({ step: `Asking the Hugging Face Hub for ${dataset}` })
  const snapshot = await askSnapshot(dataset, revision)
  writeJsonAtomic(pinFile, { ...pins, [key]: snapshot })
  return snapshot
}

const readPins = (file: string): Pins => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Pins
  } catch {
    return {}
  }
}

const askSnapshot = async (dataset: string, revision: string | undefined): Promise<Snapshot> => {
  if (revision !== undefined) return askRevision(dataset, revision)
  try {
    return await askRevision(dataset, converted)
  } catch (error) {
    // Not every data set is converted: its own files may do.
    if (error instanceof HubUnreachable) throw error
    return askRevision(dataset, 'main')
  }
}

const askRevision = async (dataset: string, revision: string): Promise<Snapshot> => {
  const { datasetInfo, listFiles } = await import('@huggingface/hub')
  const hub = parameters({ token: hubToken(), fetch: fetchWithin(firstAnswerMs) })
  return asked(`data set ${dataset}`, async () => {
    const { sha } = await datasetInfo({
      name: dataset,
      revision,
      additionalFields: ['sha'],
      ...hub,
    })
    const repo = { type: 'dataset', name: dataset } as const
    const files: HubFile[] = []
    for await (const { type, path: name, size, oid, lfs } of listFiles({
      ...{ repo, revision: sha, recursive: true, ...hub },
    })) {
      if (type === 'file')
        files.push({ path: name, size: lfs?.size ?? size, oid, sha256: lfs?.oid })
    }
    return { revision: sha, files }
  })
}

const download = async (
  dataset: string,
  revision: string,
  { path: name, size, oid, sha256 }: HubFile,
  file: string,
  report: Report,
): Promise<void> => {
  const token = hubToken()
  const host = (process.env.HF_ENDPOINT ?? (await import('@huggingface/hub')).HUB_URL).replace(
    /\/+$/,
    '',
  )
  const url = `${host}/datasets/${dataset}/resolve/${revision}/${name.split('/').map(encodeURIComponent).join('/')}`
  const step = `Fetching ${name} of ${dataset} (${formatBytes(size)})`
  try {
    await downloadFile(
      { url, file, size, sha256, ...(token && { headers: { authorization: `Bearer ${token}` } }) },
      { onBytes: (done) => report({ step, bytes: { done, total: size } }) },
    )
  } catch (error) {
    if (isDiskFull(error)) throw error
    throw new HubUnreachable(`${name} did not come whole (${messageOf(error)})`)
  }
  if (sha256 === undefined && oid !== undefined && gitHash(file) !== oid) {
    fs.rmSync(file, { force: true })
    throw new HubUnreachable(`${name} is not what the Hub's commit names`)
  }
}
