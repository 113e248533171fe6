import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { InputError } from '../../errors.ts'
import type { LabelledDocument, TypedSpan } from './labelledDocument.ts'

/** @throws InputError with the file (and line), and what is wrong there */
export const checkedJson = <T extends TSchema>(
  schema: T,
  text: string,
  where: string,
  what: string,
): Static<T> => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new InputError(`${where} is no JSON: export it as ${what} again.`)
  }
  if (Value.Check(schema, value)) return value
  const first = Value.Errors(schema, value)[0]
  throw new InputError(
    `${where} is not ${what}: ${first?.instancePath || 'its content'} ${first?.message ?? 'is not as expected'}.`,
  )
}

/** Each line that is not empty, with `file:line`. */
export const numberedLines = (text: string, file: string): { line: string; where: string }[] =>
  text
    .split('\n')
    .map((line, index) => ({ line, where: `${file}:${index + 1}` }))
    .filter(({ line }) => line.trim() !== '')

/**
 * Line ends become `\n`, and offsets that counted `\r\n` move along.
 *
 * @throws InputError where a span lies outside of the text
 */
export const normalDocument = (
  text: string,
  spans: readonly TypedSpan[],
  where: string,
): LabelledDocument => {
  for (const { start, end, type } of spans) {
    if (start < end && start >= 0 && end <= text.length) continue
    throw new InputError(
      `${where} has a span ${type} from ${start} to ${end}, outside of its text of ${text.length} characters.`,
    )
  }
  const sorted = [...spans].sort((a, b) => a.start - b.start || a.end - b.end)
  if (!text.includes('\r')) return { text, spans: sorted }
  const moved = (offset: number) => text.slice(0, offset).replaceAll(/\r\n?/g, '\n').length
  return {
    text: text.replaceAll(/\r\n?/g, '\n'),
    spans: sorted.map((span) => ({ ...span, start: moved(span.start), end: moved(span.end) })),
  }
}
