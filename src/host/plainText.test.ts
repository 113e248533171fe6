import { describe, expect, it } from 'vitest'
import { plainText } from './plainText.ts'

describe('plainText', () => {
  it('leaves no link in a name, and what is seen of it as it was', () => {
    const name = '[undo](command:workbench.action.closeWindow) [a]((b)'
    const said = plainText(`Deleted ${name}.`)
    expect(said).not.toMatch(/\]\(/)
    expect(said.replaceAll('\u2060', '')).toBe(`Deleted ${name}.`)
  })

  it('changes nothing else', () => {
    expect(plainText('train.tsv:3: (a) [b], see [c] (d).')).toBe(
      'train.tsv:3: (a) [b], see [c] (d).',
    )
  })
})
