import { InputError } from '../../errors.ts'
import { CodePoints } from './codePoints.ts'
import type { LabelledDocument, TypedSpan } from './labelledDocument.ts'
import { normalDocument, numberedLines } from './readJson.ts'

/**
 * brat's standoff file for a text file beside it: `T1⇥PER 0 9⇥Ada Byrne`, offsets in code points. A
 * span over a line's end is written as fragments, as brat does.
 *
 * @throws InputError where a type has white space, which the format cannot hold
 */
export const writeBrat = ({ text, spans }: LabelledDocument): string => {
  const points = new CodePoints(text)
  return spans
    .map((span, index) => {
      if (/\s/.test(span.type) || span.type === '') {
        throw new InputError(`brat has no type "${span.type}": types there have no spaces.`)
      }
      const parts = fragments(text, span)
      const places = parts.map(
        ({ start, end }) => `${points.fromUtf16(start)} ${points.fromUtf16(end)}`,
      )
      const covered = parts.map(({ start, end }) => text.slice(start, end)).join(' ')
      return `T${index + 1}\t${span.type} ${places.join(';')}\t${covered}\n`
    })
    .join('')
}

/** `annotation.conf` of a brat collection: without it brat knows no types. */
export const bratConfiguration = (documents: readonly LabelledDocument[]): string => {
  const types = new Set(documents.flatMap(({ spans }) => spans.map(({ type }) => type)))
  return `[entities]\n${[...types].sort().join('\n')}\n[relations]\n[events]\n[attributes]\n`
}

const fragments = (text: string, { start, end }: TypedSpan): { start: number; end: number }[] => {
  const parts: { start: number; end: number }[] = []
  let from = start
  for (const line of text.slice(start, end).split('\n')) {
    if (line !== '') parts.push({ start: from, end: from + line.length })
    from += line.length + 1
  }
  return parts
}

const textBound = /^T\d+\t(\S+) (\d+ \d+(?:;\d+ \d+)*)(?:\t|$)/

/** Reads the text-bound annotations; fragments become one span. @throws InputError with file and line */
export const readBrat = (text: string, content: string, file: string): LabelledDocument => {
  const points = new CodePoints(text)
  const spans: TypedSpan[] = []
  for (const { line, where } of numberedLines(content.replaceAll('\r', ''), file)) {
    // Relations, events, attributes, notes: nothing that a token head learns.
    if (!line.startsWith('T')) continue
    const [, type, places] = textBound.exec(line) ?? []
    if (type === undefined || places === undefined) {
      throw new InputError(
        `${where} is no text-bound annotation of brat's: T1⇥TYPE START END⇥TEXT.`,
      )
    }
    const offsets = places.split(/[ ;]/).map(Number)
    const start = points.toUtf16(Math.min(...offsets))
    const end = points.toUtf16(Math.max(...offsets))
    spans.push({ type, start, end })
  }
  return normalDocument(text, spans, file)
}
