/** What a text says about how its file was made. */
export type TextSuspicion = 'replacement' | 'mojibake' | 'return' | 'control' | 'missing'

// UTF-8 that was read as Latin-1 or Windows-1252: "Ã©" for "é", "â€™" for "’".
const mojibake =
  /Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\u0080-\u00bf™œ“”˜¦“”]|Â[\u00a0-\u00bf]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0001-\u0008\u000b\u000c\u000e-\u001f]/

/** The first thing that looks wrong in a text, undefined where nothing does. */
export const suspicionOf = (text: string): TextSuspicion | undefined => {
  if (text === 'nan' || text === 'NaN') return 'missing'
  if (text.includes('\ufffd')) return 'replacement'
  if (text.includes('\r')) return 'return'
  if (control.test(text)) return 'control'
  return mojibake.test(text) ? 'mojibake' : undefined
}

/** A sentence about rows of which each has such a text. */
export const describeSuspicion: Readonly<Record<TextSuspicion, (rows: string) => string>> = {
  missing: (rows) => `${rows} NaN for a text, as pandas writes one that is missing`,
  replacement: (rows) =>
    `${rows} the character U+FFFD, which stands for one that was lost when the file was converted`,
  return: (rows) => `${rows} a carriage return inside the text: line ends are mixed`,
  control: (rows) => `${rows} control characters in the text`,
  mojibake: (rows) =>
    `${rows} text as “Ã©” for “é”: UTF-8 that was read in another encoding and saved again`,
}
