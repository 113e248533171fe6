import { Type } from 'typebox'
import { CodePoints } from './codePoints.ts'
import type { LabelledDocument } from './labelledDocument.ts'
import { checkedJson, normalDocument } from './readJson.ts'

const EntitiesSchema = Type.Array(Type.Tuple([Type.Integer(), Type.Integer(), Type.String()]))
const FileSchema = Type.Array(
  Type.Union([
    Type.Tuple([Type.String(), Type.Object({ entities: EntitiesSchema })]),
    Type.Object({ text: Type.String(), entities: EntitiesSchema }),
  ]),
)

/** spaCy's training examples, `[[text, {"entities": [[start, end, type]]}]]`; offsets in code points. */
export const writeSpacy = (documents: readonly LabelledDocument[]): string => {
  const examples = documents.map(({ text, spans }) => {
    const points = new CodePoints(text)
    const entities = spans.map(({ start, end, type }) => [
      points.fromUtf16(start),
      points.fromUtf16(end),
      type,
    ])
    return [text, { entities }]
  })
  return `${JSON.stringify(examples, null, 1)}\n`
}

/** Reads both `[text, {entities}]` and `{text, entities}`. @throws InputError */
export const readSpacy = (content: string, file: string): LabelledDocument[] =>
  checkedJson(FileSchema, content, file, "spaCy's training JSON").map((example, index) => {
    const [text, entities] = Array.isArray(example)
      ? [example[0], example[1].entities]
      : [example.text, example.entities]
    const points = new CodePoints(text)
    const spans = entities.map(([start, end, type]) => ({
      start: points.toUtf16(start),
      end: points.toUtf16(end),
      type,
    }))
    return normalDocument(text, spans, `${file}, example ${index + 1},`)
  })
