import { type Annotation, overlaps } from './annotation.ts'

/** Two annotators who do not agree on a span. */
export interface Conflict {
  readonly ours: Annotation
  readonly theirs: Annotation
}

export interface Merged {
  /** Ours, and those of theirs that we did not have; theirs of a conflict as `unreviewed`. */
  readonly annotations: readonly Annotation[]
  /** Those of `annotations` that are new to us, or changed. */
  readonly added: readonly Annotation[]
  readonly conflicts: readonly Conflict[]
}

/**
 * Merges another annotator's labels of the same text into ours. The same span of the same type with
 * the same verdict is agreement; spans that overlap otherwise, or an entity of one that the other
 * rejected, are a conflict: ours stands, theirs waits for review.
 *
 * @param theirs with offsets of the same text (see `refind`)
 */
export const mergeAnnotators = (
  ours: readonly Annotation[],
  theirs: readonly Annotation[],
): Merged => {
  const known = new Set(ours.map(({ id }) => id))
  const added: Annotation[] = []
  const conflicts: Conflict[] = []
  const mine = ours.filter(({ status }) => decided.has(status))
  for (const their of theirs) {
    if (known.has(their.id) || their.status === 'removed' || their.lost) continue
    const met = mine.filter((our) => overlaps(our, their))
    if (met.some((our) => sameVerdict(our, their))) continue
    const against = decided.has(their.status) ? met.find((our) => disagree(our, their)) : undefined
    added.push(against ? { ...their, status: 'unreviewed' } : their)
    if (against) conflicts.push({ ours: against, theirs: their })
  }
  return { annotations: [...ours, ...added], added, conflicts }
}

const decided: ReadonlySet<string> = new Set(['gold', 'rejected'])

const samePlace = (a: Annotation, b: Annotation): boolean =>
  a.start === b.start && a.end === b.end && a.type === b.type

const sameVerdict = (a: Annotation, b: Annotation): boolean =>
  samePlace(a, b) && a.status === b.status

const disagree = (a: Annotation, b: Annotation): boolean => {
  if (a.status === 'gold' && b.status === 'gold') return true
  // A rejected span says nothing of other spans that it overlaps.
  return a.status !== b.status && samePlace(a, b)
}
