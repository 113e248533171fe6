import type { Annotation } from './annotation.ts'
import { moveSpan, type TextEdit } from './edits.ts'

/** One thing a person did to labels. */
export interface LabelStep {
  /** For a message: `label 12 mentions as ORG`. */
  readonly what: string
  /** The annotations as they were; those that the step made are not among them. */
  readonly before: readonly Annotation[]
  /** Ids of all that it changed or made. */
  readonly ids: readonly string[]
}

const mostSteps = 200

/** What *Undo Label* takes back. Labels have a history of their own, beside the text's. */
export class LabelHistory {
  private steps: LabelStep[] = []
  /** Steps since the text changed last. */
  private recent = 0

  /** Whether a step, not a change of the text, was the last thing that is to be undone. */
  get isLatest(): boolean {
    return this.recent > 0
  }

  push(step: LabelStep): void {
    this.steps.push(step)
    if (this.steps.length > mostSteps) this.steps.shift()
    this.recent = Math.min(this.recent + 1, mostSteps)
  }

  pop(): LabelStep | undefined {
    this.recent = Math.max(0, this.recent - 1)
    return this.steps.pop()
  }

  textChanged(): void {
    this.recent = 0
  }

  /** The text moved under the remembered spans too. */
  edit(edit: TextEdit): void {
    this.steps = this.steps.map((step) =>
      step.before.length === 0 ? step : { ...step, before: moved(step.before, edit) },
    )
  }
}

const moved = (annotations: readonly Annotation[], edit: TextEdit): Annotation[] =>
  annotations.map((annotation) => {
    const fate = moveSpan(annotation, edit)
    return fate.kind === 'lost' ? { ...annotation, lost: true } : fate.span
  })
