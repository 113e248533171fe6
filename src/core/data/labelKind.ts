import { areBareTags, parseTag } from './tagSchemes.ts'

/** `spans`: entities, in IOB2 where Headway wrote the tags. `classes`: a class for each word. */
export type LabelKind = 'spans' | 'classes'

/** What a model's labels are: spans where most of them are, for data have mistakes. */
export const labelKindOf = (labels: readonly string[]): LabelKind => {
  if (areBareTags(labels)) return 'spans'
  const others = labels.filter((label) => label !== 'O')
  const spans = others.filter((label) => label.length > 1 && parseTag(label))
  return spans.length > others.length / 2 ? 'spans' : 'classes'
}
