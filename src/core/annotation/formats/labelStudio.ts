import { Type } from 'typebox'
import { CodePoints } from './codePoints.ts'
import type { LabelledDocument } from './labelledDocument.ts'
import { checkedJson, normalDocument } from './readJson.ts'

const FileSchema = Type.Array(
  Type.Object({
    data: Type.Record(Type.String(), Type.Unknown()),
    annotations: Type.Array(
      Type.Object({
        was_cancelled: Type.Optional(Type.Boolean()),
        result: Type.Array(
          Type.Object({
            type: Type.String(),
            value: Type.Object({
              start: Type.Optional(Type.Integer()),
              end: Type.Optional(Type.Integer()),
              labels: Type.Optional(Type.Array(Type.String())),
            }),
          }),
        ),
      }),
    ),
  }),
)

/**
 * Label Studio's JSON, for its *Named Entity Recognition* template. Offsets in code points, which its
 * editor counts since label-studio-frontend#308 (earlier versions counted UTF-16 units).
 */
export const writeLabelStudio = (documents: readonly LabelledDocument[]): string => {
  const tasks = documents.map(({ text, spans }, task) => {
    const points = new CodePoints(text)
    const result = spans.map(({ start, end, type }, index) => ({
      id: `headway-${task + 1}-${index + 1}`,
      from_name: 'label',
      to_name: 'text',
      type: 'labels',
      value: {
        start: points.fromUtf16(start),
        end: points.fromUtf16(end),
        text: text.slice(start, end),
        labels: [type],
      },
    }))
    return { data: { text }, annotations: [{ result }] }
  })
  return `${JSON.stringify(tasks, null, 1)}\n`
}

/** The first annotation of each task that was not cancelled. @throws InputError */
export const readLabelStudio = (content: string, file: string): LabelledDocument[] =>
  checkedJson(FileSchema, content, file, "Label Studio's JSON").map((task, index) => {
    const where = `${file}, task ${index + 1},`
    const named = task.data.text ?? Object.values(task.data).find((v) => typeof v === 'string')
    const text = typeof named === 'string' ? named : ''
    const points = new CodePoints(text)
    const annotation = task.annotations.find(({ was_cancelled }) => !was_cancelled)
    const spans = (annotation?.result ?? []).flatMap(({ type, value }) => {
      const { start, end, labels } = value
      const label = labels?.[0]
      if (type !== 'labels' || start === undefined || end === undefined || !label) return []
      return [{ start: points.toUtf16(start), end: points.toUtf16(end), type: label }]
    })
    return normalDocument(text, spans, where)
  })
