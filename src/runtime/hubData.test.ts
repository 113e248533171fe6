import fs from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseHubReference } from '../core/data/hubReference.ts'
import { localData, localFile } from './localData.ts'
import type { FileServer } from './testing/fileServer.ts'
import { commit, parquet, type Repository, reviews, serveDataSets } from './testing/hubServer.ts'
import { temporaryFolders } from './testing/temporary.ts'

const folder = temporaryFolders()
const nothing = () => {}
let server: FileServer | undefined

afterEach(async () => {
  vi.unstubAllEnvs()
  await server?.stop()
  server = undefined
})

/** A stand-in for the Hub, which this process then takes for it. */
const serve = async (...repositories: Repository[]): Promise<FileServer> => {
  const started = await serveDataSets(...repositories)
  vi.stubEnv('HF_ENDPOINT', started.url)
  vi.stubEnv('HF_TOKEN', 'hf_test')
  server = started
  return started
}

const converted = 'refs/convert/parquet'
const rowsOf = (file: string | undefined): unknown[] =>
  fs
    .readFileSync(file ?? '', 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)

describe('a data set of the Hub', () => {
  const files = {
    'default/train/0000.parquet': reviews('a', 'b', 'c'),
    'default/train/0001.parquet': reviews('d'),
    'default/validation/0000.parquet': reviews('e'),
    'README.md': Buffer.from('no data'),
  }

  it('comes as JSONL with the names of its classes, split by split', async () => {
    await serve({ name: 'some/reviews', revision: converted, files })
    const cache = folder()
    const data = { train: 'hub:some/reviews', dev: 'hub:some/reviews:validation', test: 'x.tsv' }
    const local = await localData(data, cache, nothing, cache)
    expect(rowsOf(local.train)).toEqual([
      { text: 'a', label: 'neg' },
      { text: 'b', label: 'pos' },
      { text: 'c', label: 'neg' },
      { text: 'd', label: 'neg' },
    ])
    expect(rowsOf(local.dev)).toEqual([{ text: 'e', label: 'neg' }])
    expect(local.test).toBeUndefined()
    expect(server?.requests[0]?.headers.authorization).toBe('Bearer hf_test')
  })

  it('is pinned where it was fetched first, and not asked for again', async () => {
    const { requests } = await serve({ name: 'some/reviews', revision: converted, files })
    const cache = folder()
    const first = await localFile('hub:some/reviews', 'train', cache, nothing, cache)
    const before = requests.length
    expect(await localFile('hub:some/reviews', 'train', cache, nothing, cache)).toBe(first)
    expect(requests).toHaveLength(before)
    await localFile('hub:some/reviews', 'dev', cache, nothing, cache)
    expect(requests.slice(before).map(({ url }) => url)).toEqual([
      `/datasets/some/reviews/resolve/${commit}/default/validation/0000.parquet`,
    ])
  })

  it('comes from its own files where the Hub did not convert it', async () => {
    const own = {
      'data/train-00000-of-00001.parquet': reviews('a', 'b'),
      'data/dev.jsonl': Buffer.from('{"text": "c", "label": "pos"}'),
      'dataset_infos.json': Buffer.from('{}'),
    }
    await serve({ name: 'some/reviews', revision: 'main', files: own })
    const cache = folder()
    const train = await localFile('hub:some/reviews', 'train', cache, nothing, cache)
    expect(rowsOf(train)).toHaveLength(2)
    const dev = await localFile('hub:some/reviews:validation', 'dev', cache, nothing, cache)
    expect(rowsOf(dev)).toEqual([{ text: 'c', label: 'pos' }])
  })

  it('keeps lists of tags by their names', async () => {
    const tokens = parquet([
      { name: 'tokens', data: [['Ada', 'sleeps'], ['So']] },
      { name: 'ner_tags', data: [[1, 0], [0]] },
    ])
    await serve({ name: 'ner', revision: 'v1', files: { 'en/train/0000.parquet': tokens } })
    const cache = folder()
    const file = await localFile('hub:ner@v1/en:train', 'train', cache, nothing, cache)
    expect(rowsOf(file)).toEqual([
      { tokens: ['Ada', 'sleeps'], ner_tags: ['B-PER', 'O'] },
      { tokens: ['So'], ner_tags: ['O'] },
    ])
  })

  it('is asked for again where the connection broke', async () => {
    const running = await serve({ name: 'some/reviews', revision: converted, files })
    const url = `/datasets/some/reviews/resolve/${commit}/default/validation/0000.parquet`
    running.files[url] = { content: files['default/validation/0000.parquet'], cutAfter: 50 }
    const cache = folder()
    const file = await localFile('hub:some/reviews', 'dev', cache, nothing, cache)
    expect(rowsOf(file)).toHaveLength(1)
    expect(running.requests.filter((request) => request.url === url)).toHaveLength(2)
  })

  it.each([
    ['hub:some/reviews:extra', /no split "extra"; .*: train, validation\.$/],
    ['hub:some/reviews/other', /has no subset "other"; .*: default\.$/],
    ['hub:gone/gone', /has no data set gone\/gone that is open to you.*HF_TOKEN/],
    ['hub:../../etc', /is no data set of the Hub; write hub:owner\/name/],
  ])('%s is refused in one sentence', async (reference, message) => {
    const { files: served } = await serve({ name: 'some/reviews', revision: converted, files })
    for (const at of [converted, 'main']) {
      served[`/api/datasets/gone/gone/revision/${encodeURIComponent(at)}`] = {
        ...{ content: '', redirect: '/gone' },
      }
    }
    const cache = folder()
    const fetched = localFile(reference, 'train', cache, nothing, cache)
    await expect(fetched).rejects.toThrow(message)
  })

  it('that was changed on the way is not kept', async () => {
    const running = await serve({ name: 'some/reviews', revision: converted, files })
    const url = `/datasets/some/reviews/resolve/${commit}/default/validation/0000.parquet`
    const content = Buffer.from(files['default/validation/0000.parquet'])
    content[60] = (content[60] ?? 0) ^ 1
    running.files[url] = { content }
    const cache = folder()
    const fetched = localFile('hub:some/reviews', 'dev', cache, nothing, cache)
    await expect(fetched).rejects.toThrow(/SHA-256/)
  })

  it('cannot come without a network: the sentence says what to do', async () => {
    const running = await serve()
    await running.stop()
    const cache = folder()
    const fetched = localFile('hub:some/reviews', 'train', cache, nothing, cache)
    await expect(fetched).rejects.toThrow(/cannot be reached .*: check the network/)
  })
})

describe('a Parquet file', () => {
  it('is read as JSONL, anew when it changes', async () => {
    const base = folder()
    fs.writeFileSync(path.join(base, 'a.parquet'), reviews('a', 'b', 'c'))
    const first = await localFile('a.parquet', 'train', base, nothing, base)
    expect(rowsOf(first)).toHaveLength(3)
    fs.writeFileSync(path.join(base, 'a.parquet'), reviews('a'))
    const second = await localFile('a.parquet', 'train', base, nothing, base)
    expect(rowsOf(second)).toHaveLength(1)
    expect(second).not.toBe(first)
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('not a Parquet file, but long enough to be one')],
    ['its first half', reviews('a', 'b', 'c').subarray(0, 200)],
    ['a broken footer', Buffer.concat([reviews('a').subarray(0, -30), Buffer.alloc(30)])],
  ])('with %s is refused in one sentence', async (_, content) => {
    const base = folder()
    fs.writeFileSync(path.join(base, 'a.parquet'), content)
    const read = localFile('a.parquet', 'train', base, nothing, base)
    await expect(read).rejects.toThrow(/a\.parquet cannot be read as Parquet/)
    expect(fs.readdirSync(path.join(base, 'data/parquet'))).toEqual([])
  })

  it('that is not there is refused', async () => {
    await expect(localFile('no.parquet', 'train', folder(), nothing)).rejects.toThrow('not exist')
  })
})

describe('a reference to the Hub', () => {
  it.each([
    ['hub:a/b', { dataset: 'a/b' }],
    ['hub:imdb:test', { dataset: 'imdb', split: 'test' }],
    ['hub:nyu-mll/glue/mrpc', { dataset: 'nyu-mll/glue', config: 'mrpc' }],
    ['hub:a/b@v1.0/c:d', { dataset: 'a/b', revision: 'v1.0', config: 'c', split: 'd' }],
    ['train.tsv', undefined],
  ])('%s', (text, expected) => {
    expect(parseHubReference(text)).toEqual(expected)
  })
})
