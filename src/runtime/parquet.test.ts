import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parquetToJsonl } from './parquet.ts'
import { reviews } from './testing/hubServer.ts'
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
})
