/**
 * The pieces of a stretch of text, in parallel lists: ids, UTF-16 spans in that text, and the
 * index of each piece's word. `wordCount` counts the words, those of dropped text not.
 */
export interface Pieces {
  ids: number[]
  starts: number[]
  ends: number[]
  words: number[]
  wordCount: number
}

export const noPieces = (): Pieces => ({ ids: [], starts: [], ends: [], words: [], wordCount: 0 })

/** Adds one piece of the current word, `pieces.wordCount`. */
export const addPiece = (pieces: Pieces, id: number, start: number, end: number): void => {
  pieces.ids.push(id)
  pieces.starts.push(start)
  pieces.ends.push(end)
  pieces.words.push(pieces.wordCount)
}

/** Adds the pieces of a part of the text that begins at `offset`. */
export const appendPieces = (pieces: Pieces, part: Readonly<Pieces>, offset: number): void => {
  for (let index = 0; index < part.ids.length; index++) {
    pieces.ids.push(part.ids[index] ?? 0)
    pieces.starts.push((part.starts[index] ?? 0) + offset)
    pieces.ends.push((part.ends[index] ?? 0) + offset)
    pieces.words.push((part.words[index] ?? 0) + pieces.wordCount)
  }
  pieces.wordCount += part.wordCount
}
