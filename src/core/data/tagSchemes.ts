/** How spans are written as one tag a word. BILOU and BMESW letters are read as those of BIOES. */
export const tagSchemes = ['IOB2', 'IOB1', 'BIOES'] as const
export type TagScheme = (typeof tagSchemes)[number]

/** A typed span of words: from `start` up to, not with, `end`. */
export interface Span {
  readonly type: string
  readonly start: number
  readonly end: number
}

type Prefix = 'B' | 'I' | 'E' | 'S'

export interface EntityTag {
  readonly prefix: Prefix
  readonly type: string
}

const prefixes: Readonly<Record<string, Prefix>> = {
  B: 'B',
  I: 'I',
  M: 'I',
  E: 'E',
  L: 'E',
  S: 'S',
  U: 'S',
  W: 'S',
}

/** What seqeval calls the type of tags that are a letter alone. */
const noType = '_'
const isBare = (tag: string): boolean => /^[BIESLU]$/.test(tag)

/** `B-PER` in its parts, null for `O`; undefined where the tag is no span's. */
export const parseTag = (tag: string): EntityTag | null | undefined => {
  if (tag === 'O') return null
  if (isBare(tag)) return { prefix: prefixes[tag] ?? 'I', type: noType }
  const prefix = tag[1] === '-' && tag.length > 2 ? prefixes[tag[0] ?? ''] : undefined
  return prefix && { prefix, type: tag.slice(2) }
}

/** Share of the tags other than O that must be spans' for the others to be mistakes. */
const spanShare = 0.9

/** Whether the tags mark spans (NER, chunks) or are a class for each word (parts of speech). */
export const areSpanTags = (sentences: Iterable<readonly string[]>): boolean => {
  const counts = new Map<string, number>()
  for (const tags of sentences) {
    for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  }
  return areSpanTagCounts(counts)
}

/**
 * Whether tags mark spans without a type (B, I, O). No other set of classes has only these letters;
 * without a B or I they could be languages, say.
 */
export const areBareTags = (tags: Iterable<string>): boolean => {
  const inside = [...tags].filter((tag) => tag !== 'O')
  return (
    inside.every((tag) => parseTag(tag)?.type === noType) && inside.some((tag) => /^[BI]/.test(tag))
  )
}

/** As `areSpanTags`, of each tag and how often it occurs. */
export const areSpanTagCounts = (
  counts: Iterable<readonly [tag: string, count: number]>,
): boolean => {
  const all = [...counts]
  if (areBareTags(all.map(([tag]) => tag))) return true
  let spans = 0
  let others = 0
  let outside = 0
  for (const [tag, count] of all) {
    const parsed = isBare(tag) ? undefined : parseTag(tag)
    if (parsed) spans += count
    else if (parsed === null) outside += count
    else others += count
  }
  return spans + others === 0 ? outside > 0 : spans >= spanShare * (spans + others)
}

/** A tag that its scheme does not allow where it stands. */
export interface InvalidTag {
  readonly index: number
  /** For a message: `I-PER after O`. */
  readonly what: string
}

/**
 * What in one sentence's tags breaks a scheme's rules.
 * @param typed whether a letter alone breaks them, as it does among tags that have types
 */
export const invalidTags = (
  tags: readonly string[],
  scheme: TagScheme,
  typed = false,
): InvalidTag[] => {
  const parsed = tags.map((tag) => (typed && isBare(tag) ? undefined : parseTag(tag)))
  return tags.flatMap((_, index) => {
    const why = whyInvalid(parsed, index, scheme)
    return why === undefined ? [] : [{ index, what: describe(tags, index, why, scheme) }]
  })
}

type Why = 'tag' | 'before' | 'after'

const whyInvalid = (
  tags: readonly (EntityTag | null | undefined)[],
  index: number,
  scheme: TagScheme,
): Why | undefined => {
  const here = tags[index]
  if (here === null) return undefined
  if (here === undefined || !belongsTo(here, scheme)) return 'tag'
  if (needsBefore(here, scheme) && !continues(tags[index - 1], here, scheme)) return 'before'
  const unfinished = isOpen(here) && !continues(here, tags[index + 1], scheme)
  return scheme === 'BIOES' && unfinished ? 'after' : undefined
}

const describe = (tags: readonly string[], at: number, why: Why, scheme: TagScheme): string => {
  const tag = quote(tags[at] ?? '')
  if (why === 'tag') return `${tag}, which is no ${scheme} tag`
  const other = tags[why === 'before' ? at - 1 : at + 1]
  if (other === undefined)
    return `${tag} at the ${why === 'before' ? 'start' : 'end'} of a sentence`
  return `${tag} ${why === 'before' ? 'after' : 'before'} ${quote(other)}`
}

const belongsTo = ({ prefix }: EntityTag, scheme: TagScheme): boolean =>
  scheme === 'BIOES' || prefix === 'B' || prefix === 'I'

const quote = (tag: string): string =>
  /^[!-~]{1,40}$/.test(tag) ? tag : JSON.stringify(tag.slice(0, 40))

const isOpen = ({ prefix }: EntityTag): boolean => prefix === 'B' || prefix === 'I'

/** I in IOB2, I and E in BIOES go on with a span; B in IOB1 parts a span from one like it. */
const needsBefore = ({ prefix }: EntityTag, scheme: TagScheme): boolean =>
  scheme === 'IOB1' ? prefix === 'B' : prefix === 'I' || (scheme === 'BIOES' && prefix === 'E')

const continues = (
  before: EntityTag | null | undefined,
  here: EntityTag | null | undefined,
  scheme: TagScheme,
): boolean => {
  if (!before || !here || before.type !== here.type || !isOpen(before)) return false
  return scheme === 'BIOES' ? here.prefix === 'I' || here.prefix === 'E' : true
}

/** The scheme whose rules the tags break least often; IOB2 where that does not decide. */
export const detectScheme = (sentences: readonly (readonly string[])[]): TagScheme => {
  const broken = tagSchemes.map((scheme) => ({
    scheme,
    count: sentences.reduce((sum, tags) => sum + invalidTags(tags, scheme).length, 0),
  }))
  return broken.reduce((best, each) => (each.count < best.count ? each : best)).scheme
}

/** The spans of one sentence, in any of the schemes. What breaks the rules begins a span. */
export const spansOf = (tags: readonly string[]): Span[] => {
  const spans: { type: string; start: number; end: number }[] = []
  let open: { type: string; start: number; end: number } | undefined
  for (const [index, tag] of tags.entries()) {
    const here = parseTag(tag)
    if (!here) {
      open = undefined
      continue
    }
    const { prefix, type } = here
    if (open?.type === type && (prefix === 'I' || prefix === 'E')) open.end = index + 1
    else {
      open = { type, start: index, end: index + 1 }
      spans.push(open)
    }
    if (prefix === 'E' || prefix === 'S') open = undefined
  }
  return spans
}

/** One sentence's tags for spans that do not overlap, in order. */
export const tagsOf = (length: number, spans: readonly Span[], scheme: TagScheme): string[] => {
  const tags = new Array<string>(length).fill('O')
  let before: Span | undefined
  for (const span of spans) {
    const touches = before !== undefined && before.end === span.start && before.type === span.type
    for (let at = span.start; at < span.end; at++) {
      const prefix = prefixAt(span, at, scheme, touches)
      tags[at] = span.type === noType ? prefix : `${prefix}-${span.type}`
    }
    before = span
  }
  return tags
}

const prefixAt = (
  { start, end }: Span,
  at: number,
  scheme: TagScheme,
  touches: boolean,
): Prefix => {
  if (scheme === 'BIOES' && at === end - 1) return at === start ? 'S' : 'E'
  if (at !== start) return 'I'
  return scheme === 'IOB1' && !touches ? 'I' : 'B'
}

/** Tags in another scheme; as they are where it is the same one. */
export const convertTags = (
  tags: readonly string[],
  from: TagScheme,
  to: TagScheme,
): readonly string[] => (from === to ? tags : tagsOf(tags.length, spansOf(tags), to))
