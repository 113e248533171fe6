import { Type } from 'typebox'
import type { LabelledDocument } from './labelledDocument.ts'
import { checkedJson, normalDocument, numberedLines } from './readJson.ts'

const TripleSchema = Type.Tuple([Type.Integer(), Type.Integer(), Type.String()])
const LineSchema = Type.Object({
  text: Type.String(),
  label: Type.Optional(Type.Array(TripleSchema)),
  /** Exports with relations have this in place of `label`. */
  entities: Type.Optional(
    Type.Array(
      Type.Object({
        start_offset: Type.Integer(),
        end_offset: Type.Integer(),
        label: Type.String(),
      }),
    ),
  ),
})

/**
 * doccano's JSONL. Its offsets count UTF-16 units, as its editor is JavaScript (doccano#2290; with
 * the project option *Count grapheme clusters as one character* off, the default).
 */
export const writeDoccano = (documents: readonly LabelledDocument[]): string =>
  documents
    .map(({ text, spans }, index) => {
      const label = spans.map(({ start, end, type }) => [start, end, type])
      return `${JSON.stringify({ id: index + 1, text, label })}\n`
    })
    .join('')

/** @throws InputError with file and line */
export const readDoccano = (content: string, file: string): LabelledDocument[] =>
  numberedLines(content, file).map(({ line, where }) => {
    const { text, label = [], entities = [] } = checkedJson(LineSchema, line, where, "doccano's")
    const spans = [
      ...label.map(([start, end, type]) => ({ start, end, type })),
      ...entities.map((e) => ({ start: e.start_offset, end: e.end_offset, type: e.label })),
    ]
    return normalDocument(text, spans, where)
  })
