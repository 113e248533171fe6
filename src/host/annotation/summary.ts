import { type DisplaySpan, doubt } from '../../core/annotation/displaySpans.ts'
import type { AnnotatedDocument } from './annotatedDocument.ts'
import { colorsOf } from './spanColors.ts'

export interface TypeCount {
  readonly color: number
  count: number
  gold: number
}

/** All spans of a file in figures. */
export interface FileSummary {
  readonly spans: readonly DisplaySpan[]
  /** By type, in the order of their keys. */
  readonly counts: ReadonlyMap<string, TypeCount>
  /** Spans that are shown, rejected ones left out. */
  readonly total: number
  readonly reviewed: number
  readonly doubtful: number
  readonly run: string | undefined
  /** Of the prediction server's last answer. */
  readonly ms: number | undefined
}

/** What a summary is made of. */
export type Summarised = Pick<AnnotatedDocument, 'displayAll' | 'types' | 'main' | 'lastMs'>

/** Reads a whole file's spans in pieces. @returns undefined where `stale` says that it is out of date */
export const summarise = async (
  annotated: Summarised,
  stale: () => boolean,
): Promise<FileSummary | undefined> => {
  const spans: DisplaySpan[] = []
  for await (const block of annotated.displayAll()) {
    if (stale()) return undefined
    for (const span of block) spans.push(span)
  }
  if (stale()) return undefined
  const colors = colorsOf(annotated.types)
  const counts = new Map(
    annotated.types.map((type) => [type, { color: colors.get(type) ?? 1, count: 0, gold: 0 }]),
  )
  const shown = spans.filter(({ look }) => look !== 'rejected')
  for (const { type, look } of shown) {
    const count = counts.get(type)
    if (!count) continue
    count.count++
    if (look === 'gold') count.gold++
  }
  return {
    spans,
    counts,
    total: shown.length,
    reviewed: shown.filter(({ look }) => look === 'gold').length,
    doubtful: spans.filter((span) => doubt(span) > 0).length,
    run: annotated.main?.model.name,
    ms: annotated.lastMs,
  }
}
