import { Type } from 'typebox'
import type { LabelledDocument } from './labelledDocument.ts'
import { checkedJson, normalDocument, numberedLines } from './readJson.ts'

const LineSchema = Type.Object({
  text: Type.String(),
  spans: Type.Array(
    Type.Object({ start: Type.Integer(), end: Type.Integer(), type: Type.String() }),
  ),
})

/** Headway's own: a document a line, offsets in UTF-16 units. */
export const writeOffsetsJsonl = (documents: readonly LabelledDocument[]): string =>
  documents
    .map(({ text, spans }) => {
      const covered = spans.map((span) => ({ ...span, text: text.slice(span.start, span.end) }))
      return `${JSON.stringify({ text, spans: covered })}\n`
    })
    .join('')

/** @throws InputError with file and line */
export const readOffsetsJsonl = (content: string, file: string): LabelledDocument[] =>
  numberedLines(content, file).map(({ line, where }) => {
    const { text, spans } = checkedJson(LineSchema, line, where, 'a text with spans')
    const typed = spans.map(({ start, end, type }) => ({ start, end, type }))
    return normalDocument(text, typed, where)
  })
