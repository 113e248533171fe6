import fs from 'node:fs'
import path from 'node:path'
import type { SplitRole } from '../core/data/hubFiles.ts'
import { parseHubReference } from '../core/data/hubReference.ts'
import { InputError } from '../core/errors.ts'
import type { DataFiles } from '../core/experiment/schema.ts'
import { cacheDir, dataDir } from './cache.ts'
import { sha256OfFile } from './checksum.ts'
import { fetchHubData } from './hubData.ts'
import { parquetToJsonl } from './parquet.ts'
import type { Report } from './progress.ts'

const parts = ['train', 'dev', 'test'] as const

/** Paths that take the place of those in an experiment. */
export type LocalData = Partial<Record<SplitRole, string>>

/**
 * Brings what an experiment names and the readers cannot read to this machine, as files that they
 * can: data sets of the Hub, and Parquet files. Others are left out of the answer.
 * @param base folder that the paths are relative to
 * @throws InputError where it cannot be brought, one sentence
 */
export const localData = async (
  data: Pick<DataFiles, SplitRole>,
  base: string,
  report: Report,
  cache: string = cacheDir(),
): Promise<LocalData> => {
  const local: LocalData = {}
  for (const part of parts) {
    const given = data[part]
    const file = given === undefined ? undefined : await localFile(given, part, base, report, cache)
    if (file !== undefined) local[part] = file
  }
  return local
}

/** As `localData`, of one file; undefined where the readers can read it as it is. */
export const localFile = async (
  given: string,
  role: SplitRole,
  base: string,
  report: Report,
  cache: string = cacheDir(),
): Promise<string | undefined> => {
  const reference = parseHubReference(given)
  if (reference) return fetchHubData(reference, role, report, cache)
  return /\.parquet$/i.test(given)
    ? readableParquet(path.resolve(base, given), report, cache)
    : undefined
}

/** By its checksum: a file that changes is converted anew. */
const readableParquet = async (file: string, report: Report, cache: string): Promise<string> => {
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  if (!stat) throw new InputError(`${file} does not exist.`)
  if (!stat.isFile()) throw new InputError(`${file} is not a regular file.`)
  const sum = await sha256OfFile(file)
  const name = path.basename(file).replace(/\.parquet$/i, '')
  const to = path.join(dataDir(cache), 'parquet', `${name}.${sum.slice(0, 16)}.jsonl`)
  if (fs.existsSync(to)) return to
  report({ step: `Reading ${path.basename(file)}` })
  fs.mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 })
  const partial = `${to}.${process.pid}.partial`
  try {
    await parquetToJsonl(file, partial)
    fs.renameSync(partial, to)
  } finally {
    fs.rmSync(partial, { force: true })
  }
  return to
}
