import { describe, expect, it } from 'vitest'
import { installProgress } from './installProgress.ts'

const record = (isTTY: boolean) => {
  let text = ''
  const screen = { isTTY, columns: 100, write: (more: string) => (text += more) }
  return { progress: installProgress(screen), text: () => text }
}

describe('progress of an installation', () => {
  it('is a plain line per step and tenth where there is no terminal', () => {
    const { progress, text } = record(false)
    for (let done = 0; done <= 100; done += 1)
      progress.report({ step: 'Fetching', bytes: { done: done * 1e6, total: 1e8 } })
    progress.report({ step: 'Unpacking' })
    const lines = text().trim().split('\n')
    expect(lines).toHaveLength(12)
    expect(lines[0]).toBe('Fetching …')
    expect(lines[10]).toBe('  100 MB of 100 MB')
    expect(lines[11]).toBe('Unpacking …')
  })

  it('is one line that moves on a terminal', () => {
    const { progress, text } = record(true)
    progress.report({ step: 'Fetching', bytes: { done: 0, total: 100 } })
    progress.report({ step: 'Fetching', bytes: { done: 100, total: 100 } })
    progress.end()
    expect(text().match(/\n/g)).toHaveLength(1)
    expect(text()).toContain(`Fetching ${'█'.repeat(24)} 100 %`)
  })
})
