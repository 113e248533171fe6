import { markOf } from '../../core/runs/markOf.ts'
import type { Marks } from '../../core/runs/marks.ts'

interface Model {
  readonly run: {
    readonly dir: string
    readonly state: { readonly record: { readonly id: string } }
  }
  readonly sweep: { readonly marks: Marks }
}

/** All that may change in the lines of these models: alike, nothing is to be painted anew. */
export const modelsKey = (models: readonly Model[]): string =>
  JSON.stringify(
    models.map(({ run, sweep }) => [
      run.dir,
      markOf(sweep.marks, run.state.record.id),
      sweep.marks.sweep.name,
    ]),
  )
