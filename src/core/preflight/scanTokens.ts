import {
  areBareTags,
  areSpanTagCounts,
  invalidTags,
  parseTag,
  type TagScheme,
  tagSchemes,
} from '../data/tagSchemes.ts'
import { detectTokenFormat, readTokenSentences } from '../data/tokenData.ts'
import { tokenColumns } from '../data/tokenSets.ts'
import { FileScan, type ScanContext } from './fileScan.ts'
import { type Finding, FindingTally } from './findings.ts'
import { type LabelCount, LabelTally } from './labelTally.ts'
import { kindOf, launchedTags, refusedTags, SpanTypes } from './launchedTags.ts'
import type { Scanned } from './scanTexts.ts'

const formatNames = { conll: 'CoNLL columns', conllu: 'CoNLL-U', rows: 'JSON rows' } as const

/** One file of the token head. @throws InputError where it cannot be read at all */
export const scanTokens = async (context: ScanContext): Promise<Scanned> => {
  const { file, data, tokenizer } = context
  const scan = new FileScan(context)
  const tags = new LabelTally()
  const spanTypes = new SpanTypes()
  const invalid = new Map(
    tagSchemes.map((scheme) => [
      scheme,
      new FindingTally({ severity: 'warning', kind: 'invalidTag', file }),
    ]),
  )
  let columns: Scanned['report']['columns'] = {}
  const format = await detectTokenFormat(file)
  const sentences = readTokenSentences(file, {
    ...tokenColumns(data.textColumn, data.labelColumn),
    format,
    onBadSentence: (error) => scan.refuse(error),
    onColumns: ({ word, tag }) => {
      columns = tag === undefined ? { word } : { word, tag }
    },
  })
  for await (const sentence of sentences) {
    const { words, line, lines } = sentence
    for (const [at, tag] of sentence.tags.entries()) tags.add(tag, lines[at] ?? line)
    spanTypes.add(sentence)
    for (const [scheme, tally] of invalid) {
      for (const { index, what } of invalidTags(sentence.tags, scheme)) {
        tally.add(lines[index] ?? line, () => what)
      }
    }
    scan.add({
      line,
      texts: words,
      // Case tells names from words: two sentences are equal only as they are written.
      key: words.join(' '),
      target: sentence.tags.join(' '),
      document: words.join(' '),
      pieces: () =>
        tokenizer.encodeWords(words, { maxLength: Number.POSITIVE_INFINITY }).ids.length,
    })
  }
  const spans = areSpanTagCounts(tags.list().map(({ label, count }) => [label, count] as const))
  const scheme = spans ? schemeOf(invalid) : undefined
  const launched = launchedTags(tags, spanTypes, scheme)
  const kind = kindOf(context, tags, spans, launched)
  return {
    report: {
      part: context.part,
      file,
      format: `${formatNames[format]}${scheme ? `, ${scheme}` : ', a class for each word'}`,
      unit: 'sentences',
      examples: scan.examples,
      bad: scan.bad.count,
      columns,
      labels: (spans ? spanTypes.types : tags).list(),
      ...(kind ? { kind } : {}),
      lengths: scan.lengths.summary(),
    },
    findings: [
      ...scan.findings(),
      ...(scheme === undefined ? [] : invalidFindings(invalid, scheme)),
      ...judgeTags(context, tags, spans),
      ...refusedTags(context, tags, launched),
    ],
  }
}

/** As `detectScheme`: the one that is broken least often, IOB2 where that does not decide. */
const schemeOf = (invalid: ReadonlyMap<TagScheme, FindingTally>): TagScheme =>
  [...invalid].reduce((best, each) => (each[1].count < best[1].count ? each : best))[0]

const invalidFindings = (
  invalid: ReadonlyMap<TagScheme, FindingTally>,
  scheme: TagScheme,
): Finding[] =>
  invalid
    .get(scheme)
    ?.toFindings((count, first) =>
      count === 1
        ? `a tag breaks ${scheme}: ${first}`
        : `${count.toLocaleString('en-US')} tags break ${scheme}, the first: ${first}`,
    ) ?? []

const judgeTags = ({ file, part }: ScanContext, tags: LabelTally, spans: boolean): Finding[] => {
  if (part !== 'train' || tags.total === 0) return []
  const all = tags.list()
  const line = all[0]?.line ?? 1
  const one: Finding = {
    severity: 'error',
    kind: 'oneClass',
    file,
    line,
    message: `every word has the tag ${JSON.stringify(all[0]?.label)}: there is nothing to learn`,
  }
  // A word outside of spans is a class of its own, also where there is none.
  if (all.length === 1 && (!spans || all[0]?.label === 'O')) return [one]
  const likeSpans = spans ? undefined : likeSpanTag(tags)
  if (likeSpans) {
    const { label, read, line } = likeSpans
    const message = `the tags look like spans, as ${JSON.stringify(label)}, but are read as a class for each word: write ${JSON.stringify(read)}`
    return [{ severity: 'warning', kind: 'spanTags', file, line, message }]
  }
  const bare = spans && !areBareTags(all.map(({ label }) => label)) ? all.filter(isBare) : []
  if (bare[0]) {
    const message = `the tag ${JSON.stringify(bare[0].label)} has no type, as the others have`
    const count = bare.reduce((sum, each) => sum + each.count, 0)
    const { line } = bare[0]
    return [{ severity: 'warning', kind: 'invalidTag', file, line, lines: [line], count, message }]
  }
  const numbers = !spans && all.every(({ label }) => /^\d+$/.test(label))
  if (!numbers) return []
  const message = 'the tags are numbers, whose names are unknown: spans cannot be told from classes'
  return [{ severity: 'warning', kind: 'numberTags', file, line, message }]
}

const isBare = ({ label }: LabelCount): boolean => label.length === 1 && !!parseTag(label)

const spanShare = 0.9
const otherForms = [
  /^(?<letter>[BIESLU])[_/.:|](?<type>.+)$/i,
  /^(?<type>.+)[-_/.:|](?<letter>[BIESLU])$/i,
]

/** The first tag that marks a span in another way than `B-PER`, where nearly all but O do so. */
const likeSpanTag = (tags: LabelTally): (LabelCount & { readonly read: string }) | undefined => {
  const all = tags.list()
  const inside = all.filter(({ label }) => label.toUpperCase() !== 'O')
  if (inside.length === all.length) return undefined
  const total = inside.reduce((sum, { count }) => sum + count, 0)
  for (const form of [/^(?<letter>[biesl])-(?<type>.+)$/, ...otherForms]) {
    const matching = inside.filter(({ label }) => form.test(label))
    const [first] = matching
    const count = matching.reduce((sum, each) => sum + each.count, 0)
    if (!first || count < spanShare * total) continue
    const { letter = '', type = '' } = form.exec(first.label)?.groups ?? {}
    return { ...first, read: `${letter.toUpperCase()}-${type}` }
  }
  return undefined
}
