/** Text as people write it, and where each word stands in it, in UTF-16 units. */
export interface Detokenised {
  readonly text: string
  readonly places: readonly (readonly [start: number, end: number])[]
}

/** Puts the words of an English corpus together again, after the rules of Moses' detokenizer. */
export const detokenise = (words: readonly string[]): Detokenised => {
  const places: [number, number][] = []
  let text = ''
  let glued = true
  let quoted = false
  for (const word of words) {
    const closes = (word === '"' && quoted) || (word === "'" && text.endsWith('s'))
    if (!glued && !closes && !leansLeft.test(word)) text += ' '
    places.push([text.length, text.length + word.length])
    text += word
    glued = /^[([{$#£]$/.test(word) || (word === '"' && !quoted)
    if (word === '"') quoted = !quoted
  }
  return { text, places }
}

const leansLeft = /^(?:[,.;:!?)\]}%]|\.\.\.|'(?:s|d|m|ll|re|ve)|n't)$/i
