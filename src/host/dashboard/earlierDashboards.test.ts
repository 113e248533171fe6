import { describe, expect, it } from 'vitest'
import { EarlierDashboards } from './earlierDashboards.ts'

describe('the dashboards of the window before', () => {
  it('are lost where a crash closed their tabs', () => {
    const earlier = new EarlierDashboards(['a', 'b'])
    earlier.opened('b')
    expect(earlier.lost(1, 1)).toEqual(['a'])
    expect(earlier.toRemember(['a', 'b'], 1)).toEqual(['a', 'b'])
  })

  it('are not lost, and not forgotten, while a tab in the background waits to be revived', () => {
    const earlier = new EarlierDashboards(['a', 'b'])
    earlier.opened('b')
    expect(earlier.lost(1, 2)).toEqual([])
    expect(earlier.toRemember(['b'], 2)).toEqual(['b', 'a'])
    earlier.opened('a')
    expect(earlier.toRemember(['b', 'a'], 2)).toEqual(['b', 'a'])
  })

  it('are found by what their tab is called, each once', () => {
    const earlier = new EarlierDashboards(['/one/moods', '/two/moods', '/two/words'])
    const find = () => earlier.find((sweepDir) => sweepDir.endsWith('/moods'))
    expect(find()).toBe('/one/moods')
    earlier.opened('/one/moods')
    expect(find()).toBe('/two/moods')
    earlier.opened('/two/moods')
    expect(find()).toBeUndefined()
  })

  it('are forgotten when the tab is closed before it was shown', () => {
    const earlier = new EarlierDashboards(['a', 'b'])
    earlier.opened('b')
    earlier.lost(1, 2)
    expect(earlier.toRemember(['b'], 1)).toEqual(['b'])
  })

  it('are all remembered until it was looked what VS Code revives', () => {
    const earlier = new EarlierDashboards(['a', 'b'])
    earlier.opened('b')
    expect(earlier.toRemember(['b'], 0)).toEqual(['b', 'a'])
  })
})
