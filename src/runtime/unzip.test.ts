import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { storedZip } from './testing/storedZip.ts'
import { temporaryFolders } from './testing/temporary.ts'
import { extractZip } from './unzip.ts'

const folder = temporaryFolders()

const archive = (content: Buffer) => {
  const file = path.join(folder(), 'a.whl')
  fs.writeFileSync(file, content)
  return file
}

describe('unpacking', () => {
  it('writes the chosen files where they were sent', async () => {
    const to = folder()
    const file = archive(storedZip({ 'a/one.txt': 'one', 'a/two.txt': 'two', 'b.txt': 'b' }))
    const count = await extractZip(file, to, (name) =>
      name.startsWith('a/') ? name.slice(2) : undefined,
    )
    expect(count).toBe(2)
    expect(fs.readdirSync(to).sort()).toEqual(['one.txt', 'two.txt'])
    expect(fs.readFileSync(path.join(to, 'two.txt'), 'utf8')).toBe('two')
  })

  it('names a torn archive', async () => {
    const whole = storedZip({ 'a.txt': 'a'.repeat(1000) })
    const file = archive(whole.subarray(0, 700))
    await expect(extractZip(file, folder(), (name) => name)).rejects.toThrow(
      /a\.whl cannot be unpacked/,
    )
  })

  it.each(['../outside.txt', '/outside.txt'])(
    'writes nothing outside its folder: %s',
    async (name) => {
      const outer = folder()
      const to = path.join(outer, 'in')
      await expect(
        extractZip(archive(storedZip({ [name]: 'x' })), to, (found) => found),
      ).rejects.toThrow(/cannot be unpacked/)
      expect(fs.readdirSync(outer)).toEqual([])
      await expect(
        extractZip(archive(storedZip({ 'a.txt': 'x' })), to, () => '../outside.txt'),
      ).rejects.toThrow(/land elsewhere/)
    },
  )
})
