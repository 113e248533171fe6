import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { cacheDir } from './cache.ts'

describe('the cache', () => {
  it('is where the user or the platform says', () => {
    const home = path.resolve('/home/me')
    const both = { HEADWAY_CACHE: '/c', XDG_CACHE_HOME: '/x' }
    expect(cacheDir(both, 'linux', home)).toBe(path.resolve('/c'))
    expect(cacheDir({ XDG_CACHE_HOME: '/x' }, 'linux', home)).toBe(path.join('/x', 'headway'))
    expect(cacheDir({}, 'linux', home)).toBe(path.join(home, '.cache', 'headway'))
    expect(cacheDir({}, 'darwin', home)).toBe(path.join(home, 'Library', 'Caches', 'headway'))
    expect(cacheDir({ LOCALAPPDATA: '/l' }, 'win32', home)).toBe(path.join('/l', 'headway'))
  })
})
