import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { InputError, messageOf } from '../core/errors.ts'
import { gitHash, sha1OfFile } from './checksum.ts'
import { downloadFile, isDiskFull } from './download.ts'
import { formatBytes, type Report } from './progress.ts'

/** The Hub did not answer, or not as a Hub does: another source may. */
export class HubUnreachable extends Error {
  override name = 'HubUnreachable'
}

const vocabulary = 'vocab.txt'
const optionalFiles = [
  'tokenizer_config.json',
  'tokenizer.json',
  'special_tokens_map.json',
] as const

/** How long a silent network is waited for at the first question, ms. */
export const firstAnswerMs = 6_000

interface HubFile {
  readonly size: number
  readonly etag: string
  readonly url: string
}

interface Repository {
  readonly id: string
  readonly revision: string
  readonly token: string | undefined
  readonly fetch: typeof fetch
}

/**
 * Fetches a BERT from the Hugging Face Hub into `folder`, a folder of its own: each file resumed where
 * an earlier attempt at the same revision stopped, and compared with the checksum that the Hub names.
 * @param revision a commit; left out, what `main` is now
 * @throws HubUnreachable, or InputError where the repository is not a BERT that Headway can read
 */
export const downloadFromHub = async (
  id: string,
  folder: string,
  report: Report,
  revision?: string,
): Promise<void> => {
  report({ step: `Asking the Hugging Face Hub for ${id}` })
  const repository: Repository = {
    id,
    token: hubToken(),
    fetch: fetchWithin(firstAnswerMs),
    revision: '',
  }
  const pinned = { ...repository, revision: revision ?? (await commitOf(repository)) }
  keepOnlyRevision(folder, id, pinned.revision)
  const weights = await findWeights(pinned)
  await requireBert(pinned, folder, report)
  for (const name of optionalFiles) await fetchFile(pinned, name, folder, report)
  if (!(await fetchFile(pinned, vocabulary, folder, report))) vocabularyFromTokenizer(id, folder)
  await saveFile(pinned, 'model.safetensors', weights, folder, report)
}

/** Says in the folder what it holds, and empties it of what an attempt at another revision left. */
const keepOnlyRevision = (folder: string, model: string, revision: string): void => {
  const file = path.join(folder, 'headway.json')
  const text = `${JSON.stringify({ model, revision })}\n`
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) return
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  fs.writeFileSync(file, text)
}

/** `HF_TOKEN`, or what `hf auth login` left. */
export const hubToken = (
  environment: NodeJS.ProcessEnv = process.env,
  home: string = os.homedir(),
): string | undefined => {
  if (environment.HF_TOKEN) return environment.HF_TOKEN
  const base = environment.HF_HOME ?? path.join(home, '.cache', 'huggingface')
  try {
    return fs.readFileSync(path.join(base, 'token'), 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

export const fetchWithin =
  (ms: number): typeof fetch =>
  async (input, init) => {
    try {
      return await fetch(input, { ...init, signal: AbortSignal.timeout(ms) })
    } catch (error) {
      const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException) : undefined
      throw new HubUnreachable(
        `the Hugging Face Hub cannot be reached (${cause?.code ?? messageOf(error)})`,
      )
    }
  }

/** What every question to the Hub is asked with. */
export const parameters = ({ token, fetch }: Pick<Repository, 'token' | 'fetch'>) => ({
  fetch,
  ...(process.env.HF_ENDPOINT && { hubUrl: process.env.HF_ENDPOINT.replace(/\/+$/, '') }),
  ...(token !== undefined && { accessToken: token }),
})

const commitOf = async (repository: Repository): Promise<string> => {
  const { modelInfo } = await import('@huggingface/hub')
  const { id } = repository
  const info = await asked(id, () =>
    modelInfo({ name: id, revision: 'main', additionalFields: ['sha'], ...parameters(repository) }),
  )
  return info.sha
}

const infoOf = async (repository: Repository, name: string): Promise<HubFile | undefined> => {
  const { fileDownloadInfo } = await import('@huggingface/hub')
  const { id, revision } = repository
  const info = await asked(id, () =>
    fileDownloadInfo({ repo: id, path: name, revision, ...parameters(repository) }),
  )
  return info ?? undefined
}

/** @throws HubUnreachable, or InputError where the Hub has nothing of that name for this user */
export const asked = async <T>(id: string, question: () => Promise<T>): Promise<T> => {
  try {
    return await question()
  } catch (error) {
    if (error instanceof HubUnreachable) throw error
    const status = (error as { statusCode?: number }).statusCode
    if (status === 401 || status === 403 || status === 404)
      throw new InputError(
        `The Hugging Face Hub has no ${id} that is open to you (${status}): check the name; what is private or gated needs a token in HF_TOKEN.`,
      )
    throw new HubUnreachable(
      `the Hugging Face Hub answered ${status ?? 'as no Hub does'} (${messageOf(error)})`,
    )
  }
}

const findWeights = async (repository: Repository): Promise<HubFile> => {
  const weights = await infoOf(repository, 'model.safetensors')
  if (weights) return weights
  const { id } = repository
  if (await infoOf(repository, 'pytorch_model.bin'))
    throw new InputError(
      `${id} has its weights only as pytorch_model.bin, a pickle, which can run code when it is opened: choose a model with model.safetensors, or save a copy with transformers' save_pretrained and give its folder.`,
    )
  throw new InputError(
    `${id} has no model.safetensors: choose a model that does, in one file (sharded weights are not read).`,
  )
}

const requireBert = async (repository: Repository, folder: string, report: Report) => {
  const { id } = repository
  if (!(await fetchFile(repository, 'config.json', folder, report)))
    throw new InputError(`${id} has no config.json: choose a model in transformers' layout.`)
  const text = fs.readFileSync(path.join(folder, 'config.json'), 'utf8')
  const type = (JSON.parse(text) as { model_type?: unknown }).model_type
  if (type !== undefined && type !== 'bert')
    throw new InputError(
      `${id} is a ${String(type).slice(0, 40)} and not a BERT: choose a model whose config.json says "model_type": "bert".`,
    )
}

/** Some repositories have the vocabulary only inside `tokenizer.json`. */
const vocabularyFromTokenizer = (id: string, folder: string) => {
  const pieces = readWordPieces(path.join(folder, 'tokenizer.json'))
  if (!pieces)
    throw new InputError(`${id} has no WordPiece vocabulary (vocab.txt): choose a BERT that does.`)
  fs.writeFileSync(path.join(folder, vocabulary), `${pieces.join('\n')}\n`)
}

const readWordPieces = (file: string): string[] | undefined => {
  if (!fs.existsSync(file)) return undefined
  const { model } = JSON.parse(fs.readFileSync(file, 'utf8')) as {
    model?: { type?: string; vocab?: Record<string, number> }
  }
  if (model?.type !== 'WordPiece' || !model.vocab) return undefined
  return Object.entries(model.vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([piece]) => piece)
}

/** @returns false where the repository has no such file */
const fetchFile = async (
  repository: Repository,
  name: string,
  folder: string,
  report: Report,
): Promise<boolean> => {
  const info = await infoOf(repository, name)
  if (info) await saveFile(repository, name, info, folder, report)
  return info !== undefined
}

const saveFile = async (
  { id, token }: Repository,
  name: string,
  info: HubFile,
  folder: string,
  report: Report,
) => {
  const file = path.join(folder, name)
  const there = fs.statSync(file, { throwIfNoEntry: false })?.size === info.size
  if (there && isAsNamed(file, info)) return
  const step = `Fetching ${name} of ${id} (${formatBytes(info.size)})`
  try {
    await downloadFile(
      {
        url: info.url,
        file,
        size: info.size,
        sha256: checksumIn(info.etag),
        ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      },
      { onBytes: (done) => report({ step, bytes: { done, total: info.size } }) },
    )
  } catch (error) {
    if (isDiskFull(error)) throw error
    throw new HubUnreachable(`${name} did not come whole (${messageOf(error)})`)
  }
  if (isAsNamed(file, info)) return
  fs.rmSync(file, { force: true })
  throw new HubUnreachable(`${name} is not what the Hub's commit names`)
}

/** Above this a file is read in one piece no more: weights, whose SHA-256 was compared when they came. */
const smallFile = 20_000_000

/**
 * Of a small file; a large one was compared when it came. The Hub names it as git does, proxies of
 * companies may put the SHA-1 of the content itself in its place.
 */
const isAsNamed = (file: string, { etag, size }: HubFile): boolean => {
  if (size > smallFile) return true
  const sha1 = /^(?:W\/)?"?([0-9a-f]{40})"?$/.exec(etag)?.[1]
  return sha1 === undefined || [gitHash(file), sha1OfFile(file)].includes(sha1)
}

/** Of large files the Hub's ETag is the SHA-256; of small ones it is git's SHA-1. */
export const checksumIn = (etag: string): string | undefined =>
  /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(etag)?.[1]
