import type { Mark, Marks } from './marks.ts'

// Apart from the schema: what VS Code loads at activation is to stay small.
export const noMarks: Marks = { format: 1, sweep: {}, runs: {} }

/** A run's mark, or where `run` is left out the sweep's. */
export const markOf = (marks: Marks, run?: string): Mark =>
  run === undefined ? marks.sweep : Object.hasOwn(marks.runs, run) ? (marks.runs[run] ?? {}) : {}
