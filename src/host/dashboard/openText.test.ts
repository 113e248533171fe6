import { describe, expect, it } from 'vitest'
import { openText } from './openText.ts'

const editor = (scheme: string, isClosed = false) => ({ document: { uri: { scheme }, isClosed } })

describe('the text that is open', () => {
  it('is the active editor’s, else the first that is to be seen', () => {
    const [first, second] = [editor('file'), editor('untitled')]
    expect(openText(second, [first, second])).toBe(second)
    expect(openText(undefined, [first, second])).toBe(first)
  })

  it('is none of a panel, of a comparison, or closed', () => {
    const [output, old, closed] = [editor('output'), editor('git'), editor('file', true)]
    const text = editor('file')
    expect(openText(output, [output, old, closed, text])).toBe(text)
    expect(openText(output, [output, old, closed])).toBeUndefined()
  })
})
