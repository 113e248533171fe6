import type { Range } from '../words.ts'

export interface TypedSpan extends Range {
  readonly type: string
}

/** A text and its gold spans, in order; offsets in UTF-16 units, line ends `\n`. */
export interface LabelledDocument {
  readonly text: string
  readonly spans: readonly TypedSpan[]
}
