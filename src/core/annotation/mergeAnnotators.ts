import { type Annotation, byPlace, stands } from './annotation.ts'
import { annotationsBetween } from './displaySpans.ts'
import { disagree, sameVerdict } from './verdicts.ts'

/** Two annotators who do not agree on a span. */
export interface Conflict {
  readonly ours: Annotation
  readonly theirs: Annotation
}

export interface Merged {
  /** Theirs that are new to us; those of a conflict as `unreviewed`. */
  readonly added: readonly Annotation[]
  readonly conflicts: readonly Conflict[]
  /** Labels of ours that they took back. */
  readonly takenBack: readonly Annotation[]
}

/**
 * Merges another annotator's labels of the same text into ours. The same span of the same type with
 * the same verdict is agreement; spans that overlap otherwise, an entity of one that the other
 * rejected, or one label that both know and they changed, are a conflict: ours stands, theirs waits
 * for review.
 *
 * @param theirs with offsets of the same text (see `refind`)
 */
export const mergeAnnotators = (
  ours: readonly Annotation[],
  theirs: readonly Annotation[],
): Merged => {
  const known = new Map(ours.map((our) => [our.id, our]))
  const merged: Merging = { added: [], conflicts: [], takenBack: [] }
  const mine = ours.filter((our) => stands(our) && decided.has(our.status)).sort(byPlace)
  for (const their of theirs) {
    if (their.lost) continue
    const our = known.get(their.id)
    if (!our) addNew(merged, mine, their)
    else if (theyChanged(our, their)) addChanged(merged, known, our, their)
  }
  return merged
}

interface Merging extends Merged {
  readonly added: Annotation[]
  readonly conflicts: Conflict[]
  readonly takenBack: Annotation[]
}

const addNew = (merged: Merging, mine: readonly Annotation[], their: Annotation): void => {
  if (their.status === 'removed') return
  const met = annotationsBetween(mine, their.start, their.end)
  if (met.some((each) => sameVerdict(each, their))) return
  const against = decided.has(their.status) ? met.find((each) => disagree(each, their)) : undefined
  merged.added.push(against ? { ...their, status: 'unreviewed' } : their)
  if (against) merged.conflicts.push({ ours: against, theirs: their })
}

const addChanged = (
  merged: Merging,
  known: ReadonlyMap<string, Annotation>,
  our: Annotation,
  their: Annotation,
): void => {
  if (their.status === 'removed') {
    merged.takenBack.push(our)
    return
  }
  // Their word on a label that both have: it needs a name of its own to stand beside ours.
  const id = `${their.id} ${their.by}`
  if (known.has(id)) return
  merged.added.push({ ...their, id, status: 'unreviewed' })
  merged.conflicts.push({ ours: our, theirs: their })
}

const decided: ReadonlySet<string> = new Set(['gold', 'rejected'])

/** Not where theirs is what we had before we changed it ourselves. */
const theyChanged = (our: Annotation, their: Annotation): boolean => {
  if (sameVerdict(our, their) || !stands(our)) return false
  return their.at > our.at || their.by !== our.by
}
