import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { InputError } from '../core/errors.ts'
import { cachedModels, installModel, knownModels, resolveModel, timesTheStarter } from './models.ts'
import { temporaryFolders } from './testing/temporary.ts'

const folder = temporaryFolders()

const modelAt = (at: string) => {
  fs.mkdirSync(at, { recursive: true })
  fs.writeFileSync(path.join(at, 'config.json'), '{}')
  return at
}

describe('a model', () => {
  it('is a folder beside the experiment', () => {
    const base = folder()
    const at = modelAt(path.join(base, 'models', 'mine'))
    expect(resolveModel('models/mine', base, folder())).toEqual({
      model: 'models/mine',
      folder: at,
      from: 'path',
    })
    expect(resolveModel(at, '/', folder())?.folder).toBe(at)
  })

  it('is one in the cache', () => {
    const cache = folder()
    const at = modelAt(path.join(cache, 'models', 'google-bert--bert-base-uncased'))
    expect(resolveModel('google-bert/bert-base-uncased', folder(), cache)).toEqual({
      model: 'google-bert/bert-base-uncased',
      folder: at,
      from: 'cache',
    })
    expect(cachedModels(cache)).toEqual(['google-bert/bert-base-uncased'])
  })

  it('that is half fetched is none', () => {
    const cache = folder()
    modelAt(path.join(cache, 'models', 'someone--bert.partial'))
    expect(resolveModel('someone/bert', folder(), cache)).toBeUndefined()
    expect(cachedModels(cache)).toEqual([])
  })

  it.each(['./nowhere', '/nowhere/at/all', '../../etc', 'a/b/c', ''])(
    'cannot be %s: the sentence says what to do',
    (model) => {
      expect(() => resolveModel(model, folder(), folder())).toThrow(InputError)
    },
  )

  it('is fetched by one process at a time, and a folder needs no fetching', async () => {
    const at = modelAt(path.join(folder(), 'mine'))
    const { from } = await installModel(at, () => {}, { cache: folder() })
    expect(from).toBe('path')
  })
})

describe('the time that a model takes', () => {
  it('is told beside the starter’s', () => {
    const times = (name: string) =>
      timesTheStarter(knownModels.find(({ id }) => id.endsWith(name))!)
    expect(times('all-MiniLM-L6-v2')).toBe(1)
    expect(times('bert-base-uncased')).toBeCloseTo(7.2, 1)
    expect(times('L-2_H-128_A-2')).toBeLessThan(0.1)
    expect(times('bert-large-uncased')).toBeGreaterThan(times('bert-base-uncased'))
  })
})
