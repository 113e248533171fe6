import { describe, expect, it } from 'vitest'
import { PlaygroundMemory } from './playgroundMemory.ts'

const storeOf = (value?: unknown) => {
  const values = new Map<string, unknown>([['headway.playgrounds', value]])
  return {
    get: (key: string) => values.get(key),
    update: async (key: string, next: unknown) => void values.set(key, structuredClone(next)),
  }
}
const none = () => false
const typedAs = (texts: unknown) => ({
  folder: '/a',
  title: 'Playground a',
  typed: { task: 'pair', texts },
})

describe('the memory of open playgrounds', () => {
  it('gives the next window what was typed', () => {
    const store = storeOf()
    const memory = new PlaygroundMemory(store)
    memory.opened('/a', 'Playground a')
    memory.typed('/a', 'pair', { text: 'one', textPair: 'two' })
    const next = new PlaygroundMemory(store)
    expect(next.textsFor('/a', 'pair')).toEqual({ text: 'one', textPair: 'two' })
    next.opened('/a', 'Playground a')
    expect(next.textsFor('/a', 'pair')).toEqual({ text: 'one', textPair: 'two' })
    // Trained anew with another head.
    expect(next.textsFor('/a', 'token')).toBeUndefined()
    expect(next.textsFor('/b', 'pair')).toBeUndefined()
  })

  it('knows a tab by its title, the newest first that has none', () => {
    const memory = new PlaygroundMemory(storeOf())
    for (const folder of ['/a', '/b', '/c']) memory.opened(folder, 'Playground same')
    memory.opened('/d', 'Playground other')
    expect(memory.folderOf('Playground same', none)).toBe('/c')
    expect(memory.folderOf('Playground same', (folder) => folder === '/c')).toBe('/b')
    memory.typed('/a', 'sentence', { text: 'a' })
    expect(memory.folderOf('Playground same', none)).toBe('/a')
    expect(memory.folderOf('Playground gone', none)).toBeUndefined()
  })

  it('forgets what is closed, and the oldest of many', () => {
    const store = storeOf()
    const memory = new PlaygroundMemory(store)
    for (let i = 0; i < 25; i++) memory.opened(`/${i}`, `Playground ${i}`)
    memory.closed('/24')
    memory.closed('/never')
    memory.typed('/24', 'sentence', { text: 'too late' })
    for (const known of [memory, new PlaygroundMemory(store)]) {
      expect(known.folderOf('Playground 24', none)).toBeUndefined()
      expect(known.folderOf('Playground 4', none)).toBeUndefined()
      expect(known.folderOf('Playground 5', none)).toBe('/5')
    }
  })

  it.each([
    ['nothing', undefined],
    ['no list', { folder: '/a' }],
    ['no entries', [null, 5, {}, { folder: '/a' }]],
    ['a text that is none', [{ folder: '/a', title: 'Playground a', typed: { task: 'pair' } }]],
    ['a second text that is none', [typedAs({ text: 'a', textPair: 5 })]],
  ])('does without what another version may have left there: %s', (_, value) => {
    expect(new PlaygroundMemory(storeOf(value)).folderOf('Playground a', none)).toBeUndefined()
  })
})
