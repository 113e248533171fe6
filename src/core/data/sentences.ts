/** A stretch of a text, in UTF-16 units. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/** Written with a full stop that ends no sentence. English, as are most of BERT's models. */
const abbreviations = new Set(
  (
    'mr mrs ms dr prof rev gen col lt capt sgt maj cmdr adm gov sen rep pres hon st jr sr no vs etc ' +
    'inc corp co ltd bros dept est fig figs vol ed eds pp al cf approx ave blvd rd mt ft ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun'
  ).split(' '),
)

// A stop with what closes after it, then space, then what opens or begins a sentence. The look-behinds
// keep a long row of stops from being tried from each of them.
const sentenceEnd =
  /(?:(?<![.!?…])[.!?…]+["'”’»)\]]*(?=\s+["'“‘«([¿¡]*[\p{Lu}\p{Lo}\p{N}])|(?<![。！？])[。！？]+[」』”]*)/gu

/**
 * Cuts a text into sentences: at line ends, and at full stops that look like a sentence's end. What
 * is white space between them belongs to none. A cut too few does no harm: what is longer than the
 * model goes through it in windows.
 */
export const sentencesOf = (text: string): Stretch[] => {
  const sentences: Stretch[] = []
  let lineStart = 0
  for (const line of text.split('\n')) {
    let start = 0
    for (const match of line.matchAll(sentenceEnd)) {
      if (endsAbbreviation(line, match.index)) continue
      const end = match.index + match[0].length
      addTrimmed(sentences, line, lineStart, start, end)
      start = end
    }
    addTrimmed(sentences, line, lineStart, start, line.length)
    lineStart += line.length + 1
  }
  return sentences
}

/** `Mr.`, `J.` or `U.S.` before the full stop at `stop`; `1.` at the head of a line. */
const endsAbbreviation = (line: string, stop: number): boolean => {
  if (line[stop] !== '.') return false
  if (stop < 20 && /^\s*\p{N}{1,3}$/u.test(line.slice(0, stop))) return true
  const word = /[^\s("'“‘[]*$/u.exec(line.slice(Math.max(0, stop - 20), stop))?.[0] ?? ''
  return /^(?:\p{L}\.)*\p{L}$/u.test(word) || abbreviations.has(word.toLowerCase())
}

const addTrimmed = (
  sentences: Stretch[],
  line: string,
  offset: number,
  from: number,
  to: number,
): void => {
  const stretch = line.slice(from, to)
  const text = stretch.trim()
  if (text === '') return
  const start = offset + from + stretch.indexOf(text)
  sentences.push({ start, end: start + text.length })
}
