import path from 'node:path'
import {
  countFindings,
  describeEstimate,
  describeLabels,
  describeLengths,
} from '../core/preflight/describe.ts'
import type { TimeEstimate } from '../core/preflight/estimate.ts'
import type { FileReport } from '../core/preflight/fileScan.ts'
import { placeOfFinding } from '../core/preflight/findings.ts'
import type { LengthSummary } from '../core/preflight/lengths.ts'
import { describeMachine, type MachineReport } from '../core/preflight/machine.ts'
import type { Preflight } from '../core/preflight/preflight.ts'
import { formatCount } from '../core/runs/describe.ts'

/** A preflight for a terminal. @param from folder that paths are shown relative to */
export const preflightText = (
  preflight: Preflight,
  machine: MachineReport,
  estimate: TimeEstimate | undefined,
  from: string,
): string => {
  const { head, files, findings } = preflight
  const show = (place: string) => (path.isAbsolute(place) ? path.relative(from, place) : place)
  const lines = findings.map((finding) => {
    const place = placeOfFinding(finding)
    return `${finding.severity.padEnd(8)} ${place === undefined ? '' : `${show(place)}: `}${finding.message}.`
  })
  return [
    `head ${head}`,
    ...files.map((file) => fileText(file, show(file.file))),
    ...lines,
    ...(lines.length > 0 ? [''] : []),
    `${countFindings(findings)}.`,
    `A run on this machine: ${describeMachine(machine)}.`,
    ...(estimate ? [`Time on this machine: ${describeEstimate(estimate)}.`] : []),
    '',
  ].join('\n')
}

const fileText = (file: FileReport, shown: string): string => {
  const columns = Object.entries(file.columns).map(
    ([role, key]) => `${role} ${JSON.stringify(key)}`,
  )
  return [
    '',
    `${file.part.padEnd(5)} ${shown}: ${formatCount(file.examples)} ${file.unit} (${[file.format, ...columns].join(', ')})`,
    ...(file.labels.length > 0 ? [`  labels  ${describeLabels(file)}`] : []),
    ...(file.examples > 0 ? [`  length  ${describeLengths(file)}`] : []),
    ...histogram(file.lengths),
    '',
  ].join('\n')
}

const barWidth = 40
const mostBars = 8

/** Bins are joined until there are few enough to look at. */
const histogram = ({ bins }: LengthSummary): string[] => {
  const longest = bins.at(-1)?.upTo ?? 0
  let width = 16
  while (longest / width > mostBars) width *= 2
  const joined = new Map<number, number>()
  for (const { upTo, count } of bins) {
    const end = Math.ceil(upTo / width) * width
    joined.set(end, (joined.get(end) ?? 0) + count)
  }
  const largest = Math.max(...joined.values())
  return [...joined].map(([upTo, count]) => {
    const bar = '█'.repeat(Math.round((barWidth * count) / largest)) || '▏'
    return `  ${`≤ ${upTo}`.padStart(8)} ${bar} ${formatCount(count)}`
  })
}
