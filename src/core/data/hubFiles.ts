import { InputError } from '../errors.ts'
import type { HubReference } from './hubReference.ts'

/** A file of a data set's repository. */
export interface RepositoryFile {
  readonly path: string
}

export interface ChosenFiles<T> {
  readonly config: string
  readonly split: string
  /** In order. */
  readonly files: readonly T[]
}

/** Names that a part's split goes by, the usual one first. */
const splitNames = {
  train: ['train', 'training'],
  dev: ['validation', 'valid', 'val', 'dev'],
  test: ['test', 'testing'],
} as const
export type SplitRole = keyof typeof splitNames

const dataFile = /\.(parquet|jsonl|json|csv|tsv)$/i
const preferred = ['.parquet', '.jsonl', '.json', '.csv', '.tsv']

interface Placed<T> {
  readonly file: T
  readonly config: string
  readonly split: string
}

/**
 * The files of one split, by how repositories of data sets are laid out:
 * `config/split/0000.parquet` (what the Hub converts to), `data/train-00000-of-00002.parquet`,
 * `config/train-00000-of-00001.parquet`, `train.csv`.
 * @throws InputError which lists the subsets, or the splits, that there are
 */
export const chooseHubFiles = <T extends RepositoryFile>(
  all: readonly T[],
  wanted: HubReference,
  role: SplitRole,
): ChosenFiles<T> => {
  const placed = all.flatMap(placeFile)
  const config = chooseConfig(placed, wanted)
  const splits = placed.filter((each) => each.config === config)
  const split = chooseSplit(splits, wanted, role)
  const files = splits.filter((each) => each.split === split).map(({ file }) => file)
  const kind = preferred.find((end) => files.some(({ path }) => path.toLowerCase().endsWith(end)))
  return {
    config,
    split,
    files: files
      .filter(({ path }) => path.toLowerCase().endsWith(kind ?? ''))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

const placeFile = <T extends RepositoryFile>(file: T): Placed<T>[] => {
  if (!dataFile.test(file.path)) return []
  const parts = file.path.replace(dataFile, '').split('/')
  const name = (parts.at(-1) ?? '').replace(/-\d{5}-of-\d{5}(-[0-9a-f]+)?$/, '')
  const folders = parts.slice(0, -1)
  const numbered = /^\d+$/.test(name)
  const split = (numbered ? folders.at(-1) : name)?.replace(/^partial-/, '')
  const config = (numbered ? folders.slice(0, -1) : folders).filter((part) => part !== 'data')
  const project = /^(dataset_infos?|dataset_dict|state|config|package)$/i.test(name)
  if (split === undefined || project) return []
  return [{ file, split, config: config.join('/') || 'default' }]
}

const chooseConfig = <T>(placed: readonly Placed<T>[], { dataset, config }: HubReference) => {
  const all = [...new Set(placed.map((each) => each.config))].sort()
  const [only, second] = all
  if (only === undefined) {
    throw new InputError(
      `hub:${dataset} has no Parquet, JSONL, JSON, CSV or TSV files; choose a data set that has.`,
    )
  }
  if (config !== undefined && all.includes(config)) return config
  if (config === undefined && second === undefined) return only
  if (config === undefined && all.includes('default')) return 'default'
  const why = config === undefined ? 'has several subsets' : `has no subset "${config}"`
  throw new InputError(
    `hub:${dataset} ${why}; name one of them, as hub:${dataset}/${only}: ${listed(all)}.`,
  )
}

const chooseSplit = <T>(
  placed: readonly Placed<T>[],
  { dataset, split }: HubReference,
  role: SplitRole,
): string => {
  const all = [...new Set(placed.map((each) => each.split))].sort()
  const wanted: readonly string[] = split === undefined ? splitNames[role] : sameSplit(split)
  const found = wanted.find((name) => all.includes(name))
  if (found !== undefined) return found
  throw new InputError(
    `hub:${dataset} has no split "${wanted[0]}"; name one of them, as hub:${dataset}:${all[0]}: ${listed(all)}.`,
  )
}

/** `validation` finds `dev` where that is what the repository calls it. */
const sameSplit = (split: string): string[] => {
  const names = Object.values(splitNames).find((each) => each.some((name) => name === split)) ?? []
  return [split, ...names]
}

const listed = (names: readonly string[]): string =>
  names.slice(0, 30).join(', ') + (names.length > 30 ? ` and ${names.length - 30} more` : '')
