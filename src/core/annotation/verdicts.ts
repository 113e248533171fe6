import { type Annotation, byPlace } from './annotation.ts'
import { overlapping } from './overlapping.ts'

type Verdict = Pick<Annotation, 'start' | 'end' | 'type' | 'status'>

const samePlace = (a: Verdict, b: Verdict): boolean =>
  a.start === b.start && a.end === b.end && a.type === b.type

/** Two labels that say the same. */
export const sameVerdict = (a: Verdict, b: Verdict): boolean =>
  samePlace(a, b) && a.status === b.status

/** Two decided labels that overlap and cannot both be right. */
export const disagree = (a: Verdict, b: Verdict): boolean => {
  if (a.status === 'gold' && b.status === 'gold') return true
  // A rejected span says nothing of other spans that it overlaps.
  const decided = a.status === 'gold' || b.status === 'gold'
  const rejected = a.status === 'rejected' || b.status === 'rejected'
  return decided && rejected && samePlace(a, b)
}

/**
 * Gold labels against which another one stands, as two windows or two branches can leave them.
 *
 * @param annotations those that stand in the text, by place
 * @returns by id, one that says otherwise
 */
export const contradicted = (annotations: readonly Annotation[]): Map<string, Annotation> => {
  const found = new Map<string, Annotation>()
  const decided = annotations.filter(({ status }) => status === 'gold' || status === 'rejected')
  for (const [label, here] of overlapping(decided, decided)) {
    if (label.status !== 'gold') continue
    const against = here.find((each) => each.id !== label.id && isConflict(label, each))
    if (against) found.set(label.id, against)
  }
  return found
}

const isConflict = (a: Annotation, b: Annotation): boolean => !sameVerdict(a, b) && disagree(a, b)

/**
 * Labels that say what another one says already: two windows labelled the same span before they heard
 * of each other. The first one stays, in each window the same.
 *
 * @param annotations those that stand in the text
 */
export const doubles = (annotations: readonly Annotation[]): Annotation[] => {
  const inOrder = [...annotations].sort(
    (a, b) => byPlace(a, b) || byVerdict(a, b) || a.at - b.at || (a.id < b.id ? -1 : 1),
  )
  return inOrder.filter((each, at) => {
    const before = inOrder[at - 1]
    return before !== undefined && sameVerdict(before, each)
  })
}

const byVerdict = (a: Verdict, b: Verdict): number => {
  const [one, other] = [`${a.status} ${a.type}`, `${b.status} ${b.type}`]
  return one === other ? 0 : one < other ? -1 : 1
}
