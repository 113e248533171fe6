import { type LabelKind, labelKindOf } from '../data/labelKind.ts'
import { neededTags } from '../data/tagOrder.ts'
import { parseTag, spansOf, type TagScheme, tagsOf } from '../data/tagSchemes.ts'
import { textTags, whyTextTags } from '../data/tokenData.ts'
import type { TokenSentence } from '../data/tokenSentence.ts'
import { launchError, type ScanContext } from './fileScan.ts'
import type { Finding } from './findings.ts'
import { LabelTally } from './labelTally.ts'

/** The types of spans, and which of them have spans of several words. */
export class SpanTypes {
  readonly types = new LabelTally()
  readonly long = new Set<string>()

  add({ tags, line, lines }: TokenSentence): void {
    for (const { type, start, end } of spansOf(tags)) {
      this.types.add(type, lines[start] ?? line)
      if (end - start > 1) this.long.add(type)
    }
  }
}

/** A file's tags as a launch has them: spans in IOB2. @param scheme of spans; undefined of classes */
export const launchedTags = (
  tags: LabelTally,
  { types, long }: SpanTypes,
  scheme: TagScheme | undefined,
): string[] => {
  const written = tags.list().map(({ label }) => label)
  if (scheme === undefined) return written
  if (scheme === 'IOB2') return neededTags(written, true)
  const ofTypes = types.list().flatMap(({ label: type }) => {
    const end = long.has(type) ? 2 : 1
    return tagsOf(end, [{ type, start: 0, end }], 'IOB2')
  })
  return neededTags(ofTypes, true)
}

/** Of the training data the label order decides, of the others what most tags are. */
export const kindOf = (
  { part, data }: ScanContext,
  tags: LabelTally,
  spans: boolean,
  launched: readonly string[],
): LabelKind | undefined => {
  if (part === 'train') return labelKindOf(data.labels ?? launched)
  if (tags.total === 0 || (tags.distinct === 1 && tags.has('O'))) return undefined
  return spans ? 'spans' : 'classes'
}

/** What a launch would refuse of a file's tags. */
export const refusedTags = (
  { part, file, data }: ScanContext,
  tags: LabelTally,
  launched: readonly string[],
): Finding[] => {
  const all = tags.list()
  const why = whyTextTags(new Set(all.map(({ label }) => label)), tags.total)
  if (why !== undefined) return [launchError('textLabels', file, textTags(file, why))]
  const { labels } = data
  if (part !== 'train' || !labels || all.length === 0) return []
  const outside = launched.filter((tag) => !labels.includes(tag))
  return outside.map((tag) => {
    const type = parseTag(tag)?.type
    const { line } =
      all.find(({ label }) => label === tag) ??
      all.find(({ label }) => parseTag(label)?.type === type) ??
      all[0]!
    const message = `the tag ${JSON.stringify(tag)} is not among "labels"`
    return { severity: 'error', kind: 'unknownLabel', file, line, message }
  })
}
