import type { LabelKind } from '../data/labelKind.ts'
import { tooFewToSplit } from '../data/split.ts'
import type { InputError } from '../errors.ts'
import type { DataFiles, TaskHead } from '../experiment/schema.ts'
import type { BertTokenizer } from '../tokenizer/encode.ts'
import { type Finding, FindingTally, formatShare } from './findings.ts'
import { HoldOutWatch } from './holdOutWatch.ts'
import type { LabelCount } from './labelTally.ts'
import { LengthCounts, type LengthSummary } from './lengths.ts'
import type { SeenTexts } from './seenTexts.ts'
import { describeSuspicion, suspicionOf, type TextSuspicion } from './suspiciousText.ts'

export const dataParts = ['train', 'dev', 'test'] as const
export type DataPart = (typeof dataParts)[number]

/** One of an experiment's files, and what all of them share. */
export interface ScanContext {
  readonly part: DataPart
  /** Path of the file. */
  readonly file: string
  readonly head: TaskHead
  readonly regression: boolean
  readonly data: Omit<DataFiles, DataPart>
  readonly tokenizer: BertTokenizer
  readonly maxLength: number
  /** Texts of all files so far. */
  readonly seen: SeenTexts
  /** Dev data are to be held out from this file. */
  readonly holdsOut: boolean
}

/** What is said about one file. */
export interface FileReport {
  readonly part: DataPart
  readonly file: string
  /** `TSV with header`, `CoNLL, IOB2`, `SQuAD 1.1`. */
  readonly format: string
  /** What an example is called. */
  readonly unit: 'rows' | 'sentences' | 'questions'
  readonly examples: number
  /** Rows that cannot be read. */
  readonly bad: number
  /** Role and name of each column, where the file has columns. */
  readonly columns: Readonly<Record<string, string | number>>
  /** Labels; of spans their types, each span counted. */
  readonly labels: readonly LabelCount[]
  /** Of tags; left out where they are all O, which says nothing. */
  readonly kind?: LabelKind
  readonly lengths: LengthSummary
}

/** An example on its way past. */
export interface ScannedExample {
  readonly line: number
  /** The texts, for what is odd in them. */
  readonly texts: readonly string[]
  /** Two examples with the same key are duplicates. */
  readonly key: string
  /** … and contradict each other where this differs. */
  readonly target: string
  /** What stays on one side where dev data are held out; of each class on its own. */
  readonly document: string
  readonly classOf?: string
  readonly pieces: () => number
}

const units = { sentence: 'row', pair: 'row', token: 'sentence', qa: 'question' } as const

/** What is looked for in every kind of file, example by example. */
export class FileScan {
  readonly lengths: LengthCounts
  readonly unit: string
  examples = 0
  /** Rows that cannot be read: a launch stops at the first, unless they are skipped. */
  readonly bad: FindingTally
  private readonly repeated: FindingTally
  private readonly contradicting: FindingTally
  private readonly leaked: FindingTally
  private readonly suspicious = new Map<TextSuspicion, FindingTally>()
  private readonly leakedFrom = new Set<number>()
  private readonly holdOut: HoldOutWatch | undefined

  constructor(private readonly context: ScanContext) {
    const { file, maxLength, head, data } = context
    this.lengths = new LengthCounts(maxLength)
    this.unit = units[head]
    this.holdOut = context.holdsOut ? new HoldOutWatch() : undefined
    const severity = data.skipBadRows ? 'warning' : 'error'
    this.bad = new FindingTally({ severity, kind: 'badRow', file })
    this.repeated = new FindingTally({ severity: 'note', kind: 'duplicate', file })
    this.contradicting = new FindingTally({ severity: 'warning', kind: 'contradiction', file })
    this.leaked = new FindingTally({ severity: 'warning', kind: 'leak', file })
  }

  refuse(error: InputError): void {
    const { line, what } = splitPlace(error, this.context.file)
    this.bad.add(line ?? 1, () => what)
  }

  add({ line, texts, key, target, document, classOf, pieces }: ScannedExample): void {
    const { seen, part } = this.context
    this.examples++
    this.lengths.add(pieces)
    for (const text of texts) this.suspect(text, line)
    const before = seen.add(key, target, dataParts.indexOf(part), line)
    // A text belongs to the class that it has first.
    if (!before || classOf === undefined) this.holdOut?.add(document, classOf)
    if (!before) return
    const where = () => `line ${before.line}`
    if (before.part !== dataParts.indexOf(part)) {
      this.leakedFrom.add(before.part)
      this.leaked.add(line, () => `line ${before.line} of the ${dataParts[before.part]} data`)
    } else if (before.sameTarget) this.repeated.add(line, where)
    else this.contradicting.add(line, where)
  }

  private suspect(text: string, line: number): void {
    const suspicion = suspicionOf(text)
    if (!suspicion) return
    let tally = this.suspicious.get(suspicion)
    if (!tally) {
      const { file } = this.context
      tally = new FindingTally({ severity: 'warning', kind: `text.${suspicion}`, file })
      this.suspicious.set(suspicion, tally)
    }
    tally.add(line)
  }

  findings(): Finding[] {
    const { examples } = this
    const share = (count: number) => formatShare(count / Math.max(1, examples))
    const { part, file } = this.context
    const mayHoldOut = examples === 0 || !this.holdOut || this.holdOut.possible
    return [
      ...(mayHoldOut ? [] : [launchError('holdOut', file, tooFewToSplit(file))]),
      ...this.bad.toFindings((count, first) =>
        count === 1 ? first : `${first} (${this.counted(count)} cannot be read)`,
      ),
      ...this.contradicting.toFindings(
        (count, where) =>
          `${this.counted(count)} ${have(count)} the text of an earlier ${this.unit} and another label; the first repeats ${where}`,
      ),
      ...this.leaked.toFindings(
        (count, where) =>
          `${this.counted(count)} (${share(count)}) of the ${part} data ${count === 1 ? 'is' : 'are'} also in the ${this.leakedParts()} data, so that scores come out too high; the first repeats ${where}`,
      ),
      ...this.repeated.toFindings(
        (count, where) =>
          `${this.counted(count)} (${share(count)}) ${count === 1 ? 'repeats' : 'repeat'} an earlier one with its label; the first repeats ${where}`,
      ),
      ...[...this.suspicious].flatMap(([suspicion, tally]) =>
        tally.toFindings((count) =>
          describeSuspicion[suspicion](`${this.counted(count)} ${have(count)}`),
        ),
      ),
    ]
  }

  /** `train`, `train and dev`. */
  private leakedParts(): string {
    return dataParts.filter((_, index) => this.leakedFrom.has(index)).join(' and ')
  }

  /** `1 row`, `3 sentences`. */
  counted(count: number): string {
    return `${count.toLocaleString('en-US')} ${this.unit}${count === 1 ? '' : 's'}`
  }
}

const have = (count: number): string => (count === 1 ? 'has' : 'have')

/** The line that a message begins with, and the rest of it without its full stop. */
export const splitPlace = (
  { message }: Error,
  file: string,
): { readonly line: number | undefined; readonly what: string } => {
  const rest = message.startsWith(file) ? message.slice(file.length) : message
  const place = /^:(\d+)(?::\d+)?:?\s*/.exec(rest)
  const what = (place ? rest.slice(place[0].length) : rest.replace(/^:?\s*/, '')).replace(/\.$/, '')
  return { line: place ? Number(place[1]) : undefined, what }
}

/** What a launch would refuse, in its own words. */
export const launchError = (kind: string, file: string, error: InputError): Finding => {
  const { line, what } = splitPlace(error, file)
  const place = line === undefined ? {} : { line, lines: [line] }
  return { severity: 'error', kind, file, message: what, ...place }
}
