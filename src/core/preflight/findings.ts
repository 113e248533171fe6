/** `error`: a launch would stop at it. `warning`: it would go on, with a worse result. `note`: to know. */
export const severities = ['error', 'warning', 'note'] as const
export type Severity = (typeof severities)[number]

/** What the preflight found out about the data. */
export interface Finding {
  readonly severity: Severity
  /** What kind of thing it is, for programs: `duplicate`, `leak`, `truncation`, … */
  readonly kind: string
  /** One sentence, without the place. */
  readonly message: string
  readonly file?: string
  /** The first of `lines`, from 1. */
  readonly line?: number
  /** Where it was found, at most `mostLines` places. */
  readonly lines?: readonly number[]
  /** How many rows, sentences or questions it was found in. */
  readonly count?: number
}

export const mostLines = 20

/** `train.tsv:12`, or the file alone; undefined for what is not in a file. */
export const placeOfFinding = ({ file, line }: Finding): string | undefined =>
  file === undefined || line === undefined ? file : `${file}:${line}`

/** The gravest first, else in the order in which they were found. */
export const sortFindings = (findings: readonly Finding[]): Finding[] =>
  severities.flatMap((severity) => findings.filter((finding) => finding.severity === severity))

export const hasErrors = (findings: readonly Finding[]): boolean =>
  findings.some(({ severity }) => severity === 'error')

interface Kind {
  readonly severity: Severity
  readonly kind: string
  readonly file?: string
}

/** Counts what comes again and again, and remembers the first places. */
export class FindingTally {
  private readonly lines: number[] = []
  private first = ''
  count = 0

  constructor(private readonly kind: Kind) {}

  /** @param what describes this one; only that of the first is used, where it is used at all */
  add(line: number, what: () => string = () => ''): void {
    if (this.count === 0) this.first = what()
    this.count++
    if (this.lines.length < mostLines) this.lines.push(line)
  }

  /** The finding, or none where nothing was counted. */
  toFindings(message: (count: number, first: string) => string): Finding[] {
    const { lines, count } = this
    if (count === 0) return []
    const line = lines[0]
    return [
      {
        ...this.kind,
        message: message(count, this.first),
        ...(line === undefined ? {} : { line, lines }),
        count,
      },
    ]
  }
}

/** `4.2 %`; of what is there never `0.0 %`. */
export const formatShare = (share: number): string =>
  share > 0 && share < 0.0005 ? '< 0.1 %' : `${(100 * share).toFixed(1)} %`
