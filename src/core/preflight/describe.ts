import { formatCount, roughly } from '../runs/describe.ts'
import type { TimeEstimate } from './estimate.ts'
import type { FileReport } from './fileScan.ts'
import { type Finding, type Severity, severities } from './findings.ts'

const most = 6

/** `negative 2,230 (44.6 %), positive 2,770 (55.4 %)`; empty where there are no labels. */
export const describeLabels = ({ labels }: Pick<FileReport, 'labels'>): string => {
  const total = labels.reduce((sum, { count }) => sum + count, 0)
  const byCount = labels.length > most ? [...labels].sort((a, b) => b.count - a.count) : labels
  const shown = byCount.slice(0, most).map(({ label, count }) => {
    const name = label.length > 30 ? `${label.slice(0, 29)}…` : label
    return `${name} ${formatCount(count)} (${((100 * count) / total).toFixed(1)} %)`
  })
  return shown.join(', ') + (labels.length > most ? ` and ${labels.length - most} more` : '')
}

/** `half ≤ 16, 95 % ≤ 48, longest 66 word pieces`. */
export const describeLengths = ({ lengths }: Pick<FileReport, 'lengths'>): string =>
  `half ≤ ${lengths.median}, 95 % ≤ ${lengths.percentile95}, longest ${formatCount(lengths.longest)} word pieces${lengths.estimated ? ' (of a part of the rows)' : ''}`

/** `2 errors, 1 warning, 3 notes`; `nothing to remark`. */
export const countFindings = (findings: readonly Finding[]): string => {
  const counts = severities.flatMap((severity: Severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`]
  })
  return counts.join(', ') || 'nothing to remark'
}

export const describeTime = (seconds: number): string => `about ${roughly(seconds)}`

export const describeEstimate = ({ run, epochs, paperGrid, from }: TimeEstimate): string =>
  `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} ${describeTime(run)}, the paper's 18 runs ${describeTime(paperGrid)} (${from === 'run' ? 'as an earlier run' : 'measured just now'})`
