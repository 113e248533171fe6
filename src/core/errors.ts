/**
 * What the user gave is wrong: a file, a value, a call. The message is one sentence that says what
 * and where (file:line, parameter, run) and what to do. The command line exits 2 on it.
 */
export class InputError extends Error {
  override name = 'InputError'
}

/** The text of anything that can be thrown. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
