/** What VS Code makes a link of in a message: `[text](address)`. */
const linkMiddle = /\](?=\()/g
/** Seen by nobody, and no part of a link: WORD JOINER. */
const joiner = '\u2060'

/**
 * A message of VS Code as text: names in it, of files, runs and sweeps, may look like links, which
 * would run any command when clicked.
 */
export const plainText = (message: string): string => message.replace(linkMiddle, `]${joiner}`)
