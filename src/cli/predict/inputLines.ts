import { linesOf, readLines } from '../../core/data/lines.ts'
import { InputError } from '../../core/errors.ts'

/** A line of plain text, or the object that it is. */
export interface InputLine {
  readonly line: number
  readonly text: string
  /** Where the line is a JSON object. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/** `-` among the inputs. */
export const standardInput = '-'

/**
 * Reads plain text or JSON objects line by line from a file, or from standard input (`-`); empty
 * lines are passed over.
 * @throws InputError with the line for what is not UTF-8, longer than 1 MB or broken JSON
 */
export async function* inputLines(input: string): AsyncGenerator<InputLine> {
  const lines =
    input === standardInput
      ? linesOf('standard input', process.stdin as AsyncIterable<Buffer>)
      : readLines(input)
  for await (const { line, text, error } of lines) {
    if (error) throw error
    const plain = line === 1 ? text.replace(/^\ufeff/, '') : text
    if (plain.trim() === '') continue
    const fields = objectOf(plain)
    yield { line, text: plain, ...(fields ? { fields } : {}) }
  }
}

/** A text may begin with a brace: only a whole object with a text or words in it is JSON. */
const objectOf = (text: string): InputLine['fields'] => {
  if (!/^\s*\{\s*"/.test(text)) return undefined
  try {
    return JSON.parse(text) as InputLine['fields']
  } catch {
    return undefined
  }
}

/** @throws InputError where the object has no such text */
export const textField = (
  { line, fields }: InputLine,
  names: readonly (string | number | undefined)[],
  input: string,
): string => {
  for (const name of names) {
    const value = name === undefined ? undefined : fields?.[name]
    if (typeof value === 'string' && value.trim() !== '') return value
  }
  const wanted = names.find((name) => name !== undefined) ?? 'text'
  const where = input === standardInput ? `standard input, line ${line}` : `${input}:${line}`
  throw new InputError(`${where} has no text under ${JSON.stringify(wanted)}.`)
}
