import { median } from '../../src/engine/bench/median.ts'
import { type Outcome, type Pair, speedRatio } from './outcome.ts'

/**
 * Tables of speed and of memory, with the machine and how they were obtained; for each processor its own,
 * the one measured last first: what is a ratio on one is another on the next.
 */
export const reportOf = (outcomes: readonly Outcome[]): string => {
  const lastOn = new Map<string, string>()
  for (const { machine, date } of outcomes) {
    if (date > (lastOn.get(machine.processor) ?? '')) lastOn.set(machine.processor, date)
  }
  const processors = [...lastOn].sort(([, a], [, b]) => b.localeCompare(a)).map(([name]) => name)
  if (processors.length === 0) return 'Nothing has been measured yet.'
  const of = (name: string) => outcomes.filter(({ machine }) => machine.processor === name)
  if (processors.length === 1) return tablesOf(outcomes)
  return processors.map((name) => `### ${name}\n\n${tablesOf(of(name))}`).join('\n\n')
}

const tablesOf = (outcomes: readonly Outcome[]): string =>
  [
    provenance(outcomes),
    table(
      ['what', 'Headway', 'peer', 'ratio: median (range)', 'wanted'],
      outcomes.map((outcome) => speedRow(outcome)),
    ),
    table(
      ['training step', 'GFLOP/s of its products', 'products alone', 'share'],
      outcomes.filter(hasProducts).map(productRow),
    ),
    table(
      ['peak memory of a process that trains only', 'Headway', 'PyTorch', 'ratio', 'wanted'],
      outcomes.filter(({ id }) => id.startsWith('train-')).map(memoryRow),
    ),
    table(
      ['recording', 'record and load', 'first step'],
      outcomes.filter(({ id }) => id.startsWith('train-')).map(recordingRow),
    ),
  ]
    .filter(Boolean)
    .join('\n\n')

const provenance = (outcomes: readonly Outcome[]): string => {
  const { machine } = outcomes.at(-1)!
  const versions = Object.assign({}, ...outcomes.map((outcome) => outcome.versions))
  const notes = outcomes.map((outcome) => outcome.notes).find(Boolean)
  const dates = [...new Set(outcomes.map(({ date }) => date.slice(0, 10)))].sort()
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const busy = Math.max(...outcomes.map((outcome) => outcome.busy))
  const pairs = Math.min(...outcomes.map((outcome) => outcome.pairs.length))
  return [
    `Measured ${dates.join(', ')} on ${machine.processor}, ${machine.cores} cores, ${Math.round(machine.memoryMB / 1000)} GB;`,
    `${named.join(', ')}${notes ? `; PyTorch with ${notes}` : ''}.`,
    `Obtained with \`node test/bench/compare.mjs\`: both sides in turn, at least ${pairs} pairs, each side in a`,
    'process of its own that waits while the other works. A ratio above 1 says that Headway is faster.',
    `Other programs took ${Math.round(100 * busy)} % of the processor at most.`,
  ].join('\n')
}

const speedRow = (outcome: Outcome): string[] => {
  const ratio = speedRatio(outcome.pairs)
  const wanted = outcome.wanted
  return [
    outcome.title,
    ...speeds(outcome),
    `**${times(ratio.median)}** (${times(ratio.lowest)} to ${times(ratio.highest)})`,
    wanted === undefined ? '–' : `${times(wanted)} ${ratio.median >= wanted ? '✓' : '✗'}`,
  ]
}

/** An epoch's steps differ in length: what a user sees of them is texts a second. */
const speeds = ({ id, pairs, headwayMs, peerMs }: Outcome): string[] => {
  if (!id.startsWith('epoch-')) return [milliseconds(headwayMs), milliseconds(peerMs)]
  const textsPerSecond = (side: keyof Pair) =>
    `${(1000 / median(pairs.map((pair) => pair[side]))).toFixed(0)} texts/s`
  return [textsPerSecond('headway'), textsPerSecond('peer')]
}

type WithProducts = Outcome & {
  readonly gflopsPerSecond: number
  readonly productGflopsPerSecond: number
}
const hasProducts = (outcome: Outcome): outcome is WithProducts =>
  outcome.gflopsPerSecond !== undefined && outcome.productGflopsPerSecond !== undefined

const productRow = (outcome: WithProducts): string[] => {
  const { gflopsPerSecond: reached, productGflopsPerSecond: alone } = outcome
  const share = `${Math.round((100 * reached) / alone)} %`
  return [shortTitle(outcome), reached.toFixed(0), alone.toFixed(0), share]
}

const memoryRow = (outcome: Outcome): string[] => {
  const { headwayMemoryMB, peerMemoryMB, wantedMemory } = outcome
  const ratio = headwayMemoryMB / peerMemoryMB
  const verdict =
    wantedMemory === undefined ? '–' : `≤ ${wantedMemory} ${ratio <= wantedMemory ? '✓' : '✗'}`
  return [
    shortTitle(outcome),
    gigabytes(headwayMemoryMB),
    gigabytes(peerMemoryMB),
    ratio.toFixed(2),
    verdict,
  ]
}

const recordingRow = (outcome: Outcome): string[] => [
  shortTitle(outcome),
  milliseconds(outcome.recordingMs),
  milliseconds(outcome.firstStepMs),
]

const shortTitle = ({ title }: Outcome): string =>
  title
    .replace(/^training step, /, '')
    .replace(/, against .*/, '')
    .replace(/^wasm .*?, training step, /, 'wasm, ')

const times = (ratio: number): string => `${ratio.toFixed(ratio < 1 ? 3 : 2)} ×`
const milliseconds = (ms: number): string => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`
const gigabytes = (megabytes: number): string => `${(megabytes / 1000).toFixed(2)} GB`

const table = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? ''
    : [titles, titles.map((_, at) => (at === 0 ? '---' : '---:')), ...rows]
        .map((row) => `| ${row.join(' | ')} |`)
        .join('\n')
