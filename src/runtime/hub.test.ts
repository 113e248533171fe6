import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { checksumIn, hubToken } from './hub.ts'
import { installModel, resolveModel } from './models.ts'
import { FileServer, type ServedFile } from './testing/fileServer.ts'
import { temporaryFolders } from './testing/temporary.ts'

const folder = temporaryFolders()
const id = 'someone/tiny-bert'
const commit = 'c0ffee'
const nothing = () => {}
let server: FileServer

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const sha1 = (text: string) => createHash('sha1').update(text).digest('hex')
const gitHash = (text: string) => sha1(`blob ${text.length}\0${text}`)

const weights = 'the weights'
const bert: Readonly<Record<string, string>> = {
  'config.json': '{"model_type":"bert"}',
  'vocab.txt': '[PAD]\n',
  'tokenizer_config.json': '{}',
  'model.safetensors': weights,
}

/** A stand-in for the Hub with one repository. */
const serveHub = async (
  files: Readonly<Record<string, string>>,
  change: (name: string) => Partial<ServedFile> = () => ({}),
) => {
  const served: Record<string, ServedFile> = {
    [`/api/models/${id}/revision/main`]: {
      content: JSON.stringify({ id, _id: '1', sha: commit, siblings: [] }),
      headers: { 'content-type': 'application/json' },
    },
  }
  for (const [name, content] of Object.entries(files))
    served[`/${id}/resolve/${commit}/${name}`] = {
      content,
      headers: { etag: `"${name === 'model.safetensors' ? sha256(content) : gitHash(content)}"` },
      ...change(name),
    }
  server = await FileServer.start(served)
  server.missing = { 'x-error-code': 'EntryNotFound' }
  vi.stubEnv('HF_ENDPOINT', server.url)
  vi.stubEnv('HF_TOKEN', 'hf_test')
}

afterEach(async () => {
  vi.unstubAllEnvs()
  await server?.stop()
})

describe('a model from the Hub', () => {
  it('lands whole in the cache, at the commit that main was', async () => {
    await serveHub(bert)
    const cache = folder()
    expect(resolveModel(id, cache, cache)).toBeUndefined()
    const model = await installModel(id, nothing, { cache })
    expect(fs.readdirSync(model.folder).sort()).toEqual([
      'config.json',
      'headway.json',
      'model.safetensors',
      'tokenizer_config.json',
      'vocab.txt',
    ])
    expect(fs.readFileSync(path.join(model.folder, 'headway.json'), 'utf8')).toContain(commit)
    expect(resolveModel(id, cache, cache)).toEqual(model)
    expect(server.requests[0]?.headers.authorization).toBe('Bearer hf_test')
  })

  it('is not asked for again once it is there', async () => {
    await serveHub(bert)
    const cache = folder()
    await installModel(id, nothing, { cache })
    const before = server.requests.length
    await installModel(id, nothing, { cache })
    expect(server.requests).toHaveLength(before)
  })

  it('with a pickle only is refused, with the way out', async () => {
    const { 'model.safetensors': _, ...rest } = bert
    await serveHub({ ...rest, 'pytorch_model.bin': 'pickle' })
    const cache = folder()
    await expect(installModel(id, nothing, { cache })).rejects.toThrow(
      /tiny-bert.*pickle.*save_pretrained/,
    )
    expect(resolveModel(id, cache, cache)).toBeUndefined()
  })

  it('that is no BERT is refused by its kind', async () => {
    await serveHub({ ...bert, 'config.json': '{"model_type":"roberta"}' })
    await expect(installModel(id, nothing, { cache: folder() })).rejects.toThrow(/is a roberta/)
  })

  it('whose weights were changed on the way is not kept', async () => {
    await serveHub(bert, (name) =>
      name === 'model.safetensors' ? { headers: { etag: `"${sha256('others')}"` } } : {},
    )
    const cache = folder()
    await expect(installModel(id, nothing, { cache })).rejects.toThrow(/SHA-256/)
    expect(resolveModel(id, cache, cache)).toBeUndefined()
  })

  it('whose small files were changed on the way is not kept', async () => {
    await serveHub(bert, (name) =>
      name === 'vocab.txt' ? { headers: { etag: `"${gitHash('[CLS]\n')}"` } } : {},
    )
    const cache = folder()
    await expect(installModel(id, nothing, { cache })).rejects.toThrow(
      /vocab\.txt is not what the Hub's commit names: check the network/,
    )
    expect(resolveModel(id, cache, cache)).toBeUndefined()
  })

  it('comes over a proxy that names the plain SHA-1 of small files', async () => {
    await serveHub(bert, (name) =>
      name === 'vocab.txt' ? { headers: { etag: sha1(bert[name] ?? '') } } : {},
    )
    await installModel(id, nothing, { cache: folder() })
  })

  /** What an earlier attempt left. */
  const partial = (cache: string, files: Readonly<Record<string, string>>): void => {
    const at = path.join(cache, 'models', 'someone--tiny-bert.partial')
    fs.mkdirSync(at, { recursive: true })
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(at, name), text)
  }

  it('has nothing of another revision that was half fetched', async () => {
    await serveHub(bert)
    const cache = folder()
    const other = { 'special_tokens_map.json': '{}', 'model.safetensors': 'old weights' }
    partial(cache, { ...other, 'headway.json': `{"model":"${id}","revision":"before"}\n` })
    const { folder: at } = await installModel(id, nothing, { cache })
    expect(fs.readdirSync(at)).not.toContain('special_tokens_map.json')
    expect(fs.readFileSync(path.join(at, 'model.safetensors'), 'utf8')).toBe(weights)
  })

  it('goes on where it was stopped, but for a small file that is not whole', async () => {
    await serveHub(bert)
    const cache = folder()
    partial(cache, {
      'headway.json': `{"model":"${id}","revision":"${commit}"}\n`,
      'tokenizer_config.json': '{}',
      'vocab.txt': '[UNK]\n',
      'model.safetensors.part': 'the we',
    })
    const { folder: at } = await installModel(id, nothing, { cache })
    expect(fs.readFileSync(path.join(at, 'vocab.txt'), 'utf8')).toBe('[PAD]\n')
    expect(fs.readFileSync(path.join(at, 'model.safetensors'), 'utf8')).toBe(weights)
    expect(server.ranges()).toContain('bytes=6-')
  })

  it('gets its vocabulary out of tokenizer.json where there is no vocab.txt', async () => {
    const { 'vocab.txt': _, ...rest } = bert
    const vocab = { '[UNK]': 1, '[PAD]': 0, a: 2 }
    const tokenizer = JSON.stringify({ model: { type: 'WordPiece', vocab } })
    await serveHub({ ...rest, 'tokenizer.json': tokenizer })
    const { folder: at } = await installModel(id, nothing, { cache: folder() })
    expect(fs.readFileSync(path.join(at, 'vocab.txt'), 'utf8')).toBe('[PAD]\n[UNK]\na\n')
  })

  it('that does not exist is the user’s mistake: the sentence says so', async () => {
    await serveHub({})
    server.files[`/api/models/${id}/revision/main`] = { content: '', redirect: '/gone' }
    await expect(installModel(id, nothing, { cache: folder() })).rejects.toThrow(
      /has no someone\/tiny-bert.*HF_TOKEN/,
    )
  })

  it('cannot come where the Hub cannot be reached: the sentence says what to do', async () => {
    await serveHub({})
    await server.stop()
    await expect(installModel(id, nothing, { cache: folder() })).rejects.toThrow(
      /cannot be reached \(ECONNREFUSED\): check the network/,
    )
  })
})

describe('the token', () => {
  it('is HF_TOKEN, or what the Hub’s own tool left', () => {
    const home = folder()
    expect(hubToken({}, home)).toBeUndefined()
    fs.mkdirSync(path.join(home, '.cache/huggingface'), { recursive: true })
    fs.writeFileSync(path.join(home, '.cache/huggingface/token'), 'hf_file\n')
    expect(hubToken({}, home)).toBe('hf_file')
    expect(hubToken({ HF_TOKEN: 'hf_environment' }, home)).toBe('hf_environment')
  })
})

describe('an ETag', () => {
  it('holds a checksum for large files only', () => {
    const sum = 'b'.repeat(64)
    expect(checksumIn(`"${sum}"`)).toBe(sum)
    expect(checksumIn(`W/"${sum}"`)).toBe(sum)
    expect(checksumIn(`"${'b'.repeat(40)}"`)).toBeUndefined()
  })
})
