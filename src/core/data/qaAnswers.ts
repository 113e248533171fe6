/** One right answer to a question. */
export interface QaAnswer {
  readonly text: string
  /** Where it begins in the context, in UTF-16 units; -1 where offsets are not read. */
  readonly start: number
}

/** An answer as a file has it. */
export interface GivenAnswer {
  readonly text: unknown
  /** In code points, as Python counts. */
  readonly offset: unknown
}

/** From an offset in code points to one in UTF-16 units; undefined outside of the text. */
export type CodePointOffsets = (offset: number) => number | undefined

/**
 * Answers with their offsets in UTF-16 units, or what is wrong with one of them.
 * @param checked whether each must stand where its offset says
 */
export const readAnswers = (
  answers: readonly GivenAnswer[],
  context: string,
  offsets: CodePointOffsets,
  checked: boolean,
): QaAnswer[] | string => {
  const read: QaAnswer[] = []
  for (const { text, offset } of answers) {
    if (typeof text !== 'string') return 'has an answer without "text".'
    if (!checked) {
      read.push({ text, start: -1 })
      continue
    }
    const start = typeof offset === 'number' ? offsets(offset) : undefined
    if (start === undefined) {
      return `has the answer ${quote(text)} without an "answer_start" inside its context.`
    }
    const there = context.slice(start, start + text.length)
    if (text.trim() === '' || there !== text) {
      return `has the answer ${quote(text)} at ${String(offset)}, where its context reads ${quote(there)}; offsets count code points from 0.`
    }
    read.push({ text, start })
  }
  return read
}

/** Answers that come without offsets, found in their context: each must be in it exactly once. */
export const findAnswers = (texts: readonly string[], context: string): QaAnswer[] | string => {
  const found: QaAnswer[] = []
  for (const text of texts) {
    if (text.trim() === '') return `has the empty answer ${quote(text)}.`
    const start = context.indexOf(text)
    if (start < 0) return `has the answer ${quote(text)}, which its context does not hold.`
    if (context.includes(text, start + 1)) {
      return `has the answer ${quote(text)}, which its context holds more than once; give "answer_start".`
    }
    found.push({ text, start })
  }
  return found
}

const quote = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

export const codePointOffsets = (text: string): CodePointOffsets => {
  let starts: Uint32Array | undefined
  if (/[\ud800-\udbff][\udc00-\udfff]/.test(text)) {
    const all: number[] = []
    let at = 0
    for (const char of text) {
      all.push(at)
      at += char.length
    }
    starts = Uint32Array.from(all)
  }
  return (offset) => {
    if (!Number.isInteger(offset) || offset < 0 || offset >= (starts ?? text).length)
      return undefined
    return starts ? starts[offset] : offset
  }
}

/** As `codePointOffsets`, of offsets that count each line end of the text as `\r\n`. */
export const offsetsWithReturns =
  (text: string): CodePointOffsets =>
  (offset) => {
    let counted = 0
    let at = 0
    for (const char of text) {
      if (counted >= offset) return counted === offset ? at : undefined
      counted += char === '\n' ? 2 : 1
      at += char.length
    }
    return undefined
  }
