import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readExamples } from '../core/data/examples.ts'
import { parquetToJsonl } from './parquet.ts'
import { parquet, reviews } from './testing/hubServer.ts'
import { temporaryFolders } from './testing/temporary.ts'

const folder = temporaryFolders()

const parquetOf = (...texts: string[]): string => {
  const file = path.join(folder(), 'data.parquet')
  fs.writeFileSync(file, reviews(...texts))
  return file
}

/** Linux's disk without space. */
const full = '/dev/full'

describe('a Parquet file as JSONL', () => {
  it.skipIf(!fs.existsSync(full))(
    'does not pass for whole where the disk was full at the last write',
    async () => {
      await expect(parquetToJsonl(parquetOf('a', 'b'), full)).rejects.toThrow(/ENOSPC/)
    },
  )

  it('is whole once it is said to be', async () => {
    const to = path.join(folder(), 'data.jsonl')
    expect(await parquetToJsonl(parquetOf('a', 'b', 'c'), to)).toBe(3)
    expect(fs.readFileSync(to, 'utf8').split('\n')).toHaveLength(4)
  })

  it('has no label where its class is -1: a bad row, which may be skipped', async () => {
    const file = path.join(folder(), 'data.parquet')
    const to = path.join(folder(), 'data.jsonl')
    const content = parquet([
      { name: 'text', data: ['a', 'b', 'c'] },
      { name: 'label', data: [1n, -1n, 0n], type: 'INT64' },
      { name: 'distance', data: [-1n, -1n, -1n], type: 'INT64' },
      { name: 'ner_tags', data: [[1], [-1], [0]] },
    ])
    fs.writeFileSync(file, content)
    await parquetToJsonl(file, to)
    const rows = fs.readFileSync(to, 'utf8').trim().split('\n')
    expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual([
      { text: 'a', label: 'pos', distance: -1, ner_tags: ['B-PER'] },
      { text: 'b', label: null, distance: -1, ner_tags: [null] },
      { text: 'c', label: 'neg', distance: -1, ner_tags: ['O'] },
    ])
    const options = { pair: false, labels: 'required' } as const
    await expect(readExamples(to, options)).rejects.toThrow(`${to}:2 has no text under "label"`)
    const { labels, skipped } = await readExamples(to, { ...options, skipBadRows: true })
    expect({ labels, skipped }).toEqual({ labels: ['pos', 'neg'], skipped: 1 })
    expect((await readExamples(to, { ...options, labels: 'none' })).texts).toHaveLength(3)
  })
})
