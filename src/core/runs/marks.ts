import { type Static, Type } from 'typebox'
import { markOf } from './markOf.ts'

/** What a person said about a run or a sweep; none of it changes a result. */
export const MarkSchema = Type.Object({
  /** Shown in place of the cell's or the sweep's own name. */
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 10_000 })),
  /** A starred run keeps its weights, whatever `keepModels` says. */
  star: Type.Optional(Type.Boolean()),
  /** Out of lists, unless they are asked for archived ones too. */
  archived: Type.Optional(Type.Boolean()),
  /** Out of charts; still in lists. */
  hidden: Type.Optional(Type.Boolean()),
})
export type Mark = Static<typeof MarkSchema>

/** `marks.json` of a sweep's folder. */
export const MarksSchema = Type.Object({
  format: Type.Literal(1),
  sweep: MarkSchema,
  /** By the run's id. */
  runs: Type.Record(Type.String(), MarkSchema),
})
export type Marks = Static<typeof MarksSchema>

/** What to change; `false` and the empty text take a mark away. */
export type MarkChange = { readonly [K in keyof Mark]?: Mark[K] | undefined }

/** Marks with one of them changed; a mark that says nothing any more is left out. */
export const changeMark = (marks: Marks, run: string | undefined, change: MarkChange): Marks => {
  const entries = Object.entries({ ...markOf(marks, run), ...change })
  const mark: Mark = Object.fromEntries(
    entries
      .map(([key, value]) => [key, typeof value === 'string' ? value.trim() : value] as const)
      .filter(([, value]) => value !== undefined && value !== false && value !== ''),
  )
  if (run === undefined) return { ...marks, sweep: mark }
  const { [run]: _, ...others } = marks.runs
  return {
    ...marks,
    runs: Object.keys(mark).length === 0 ? others : { ...others, [run]: mark },
  }
}
