import path from 'node:path'
import { parseTag } from '../data/tagSchemes.ts'
import { otherKind } from '../data/tokenSets.ts'
import { InputError } from '../errors.ts'
import { checkLabelChoices, checkTagChoices } from '../experiment/labelChoices.ts'
import { type FileReport, launchError } from './fileScan.ts'
import { type Finding, formatShare } from './findings.ts'
import type { PreflightOptions } from './preflight.ts'

/** What follows from the files' figures, and from comparing the files with each other. */
export const compareFiles = (
  files: readonly FileReport[],
  options: PreflightOptions,
): Finding[] => [
  ...tooLong(options),
  ...refusedChoices(files, options),
  ...otherKinds(files),
  ...labelsOnlyElsewhere(files, options),
  ...files.flatMap((file) => judgeLengths(file, options)),
  ...files.flatMap(rareLabels),
  ...files.flatMap(majority),
  ...files.flatMap(smallFiles),
]

const tooLong = ({ maxLength, maxPositions }: PreflightOptions): Finding[] => {
  if (maxPositions === undefined || maxLength <= maxPositions) return []
  const message = `"maxLength" ${maxLength} is more than the model's ${maxPositions} positions`
  return [{ severity: 'error', kind: 'maxLength', message }]
}

/** By the launch's own checks, on the training data. */
const refusedChoices = (
  files: readonly FileReport[],
  { head, regression = false, data, selectionMetric }: PreflightOptions,
): Finding[] => {
  const train = files.find(({ part, examples }) => part === 'train' && examples > 0)
  if (!train || head === 'qa') return []
  const { file, kind } = train
  const name = path.basename(file)
  try {
    if (kind) checkTagChoices(selectionMetric, kind, name)
    else {
      const labels = regression ? [] : (data.labels ?? train.labels.map(({ label }) => label))
      checkLabelChoices({ data, selectionMetric }, labels, name)
    }
    return []
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return [launchError('choice', file, error)]
  }
}

const otherKinds = (files: readonly FileReport[]): Finding[] => {
  const train = files.find(({ part }) => part === 'train')
  return files.flatMap(({ file, kind }) =>
    train?.kind && kind && kind !== train.kind
      ? [launchError('otherKind', file, otherKind(file, kind, path.basename(train.file)))]
      : [],
  )
}

const listed = 5

const labelsOnlyElsewhere = (
  files: readonly FileReport[],
  { head, regression, data }: PreflightOptions,
): Finding[] => {
  const train = files.find(({ part }) => part === 'train')
  if (!train || train.labels.length === 0 || regression || head === 'qa') return []
  // A label order that is given takes the place of the training data's labels.
  const given =
    train.kind === 'spans' ? data.labels?.map((tag) => parseTag(tag)?.type ?? '') : data.labels
  const known = new Set(given ?? train.labels.map(({ label }) => label))
  if (data.labels && head !== 'token') return []
  return files.flatMap(({ part, file, labels, kind }) => {
    if (kind !== train.kind) return []
    const only = labels.filter(({ label }) => !known.has(label))
    const [first] = only
    if (part === 'train' || !first) return []
    const names = only.slice(0, listed).map(({ label }) => JSON.stringify(label.slice(0, 60)))
    const more = only.length > listed ? ` and ${only.length - listed} more` : ''
    const one = only.length === 1
    return [
      {
        // Spans of an unknown type are missed, and the score says so; a class has no output for it.
        severity: head === 'token' ? 'warning' : 'error',
        kind: 'unknownLabel',
        file,
        line: first.line,
        lines: only.map(({ line }) => line).slice(0, listed),
        count: only.reduce((sum, { count }) => sum + count, 0),
        message: `${one ? 'label' : 'labels'} ${names.join(', ')}${more} ${one ? 'is' : 'are'} not in the training data`,
      } as const,
    ]
  })
}

const alarmingCut = 0.05

const judgeLengths = (
  { file, unit, examples, lengths }: FileReport,
  { head, maxLength, maxPositions = 512 }: PreflightOptions,
): Finding[] => {
  const { over, cutShare, longest } = lengths
  if (over === 0) return []
  const share = formatShare(over / Math.max(1, examples))
  const many = `${over.toLocaleString('en-US')} ${over === 1 ? unit.replace(/s$/, '') : unit} (${share})`
  const long = `longer than ${maxLength} word pieces (the longest has ${longest.toLocaleString('en-US')})`
  if (head === 'token' || head === 'qa') {
    const message = `${many} ${over === 1 ? 'is' : 'are'} ${long}, and read in overlapping windows`
    return [{ severity: 'note', kind: 'windows', file, count: over, message }]
  }
  const message = `${many} ${over === 1 ? 'is' : 'are'} ${long}: ${formatShare(cutShare)} of all word pieces are cut off${maxLength < maxPositions ? `; raise "maxLength", up to the model's ${maxPositions}` : ''}`
  const severity = cutShare > alarmingCut ? 'warning' : 'note'
  return [{ severity, kind: 'truncation', file, count: over, message }]
}

const fewOfALabel = 5

const rareLabels = ({ part, file, unit, labels }: FileReport): Finding[] => {
  const rare = unit === 'questions' ? [] : labels.filter(({ count }) => count < fewOfALabel)
  const [first] = rare
  if (part !== 'train' || !first || labels.length < 2) return []
  const names = rare
    .slice(0, listed)
    .map(({ label, count }) => `${JSON.stringify(label)} ${count}×`)
  const more = rare.length > listed ? ` and ${rare.length - listed} more` : ''
  const message = `too few examples to learn from: ${names.join(', ')}${more}`
  const lines = rare.map(({ line }) => line).slice(0, listed)
  return [{ severity: 'warning', kind: 'rareLabel', file, line: first.line, lines, message }]
}

const lopsided = 0.8

const majority = ({ part, file, unit, examples, labels }: FileReport): Finding[] => {
  if (part === 'test' || unit !== 'rows' || labels.length < 2) return []
  const most = labels.reduce((best, each) => (each.count > best.count ? each : best))
  const share = most.count / Math.max(1, examples)
  if (share < lopsided) return []
  const message = `${formatShare(share)} of the rows have the label ${JSON.stringify(most.label.slice(0, 60))}, so that always saying it reaches an accuracy of ${share.toFixed(3)}; rank by macroF1 or mcc`
  return [{ severity: 'note', kind: 'majority', file, message }]
}

const fewDev = 100
const fewTrain = 50

const smallFiles = ({ part, file, unit, examples }: FileReport): Finding[] => {
  if (examples === 0) return []
  if (part === 'train' && examples < fewTrain) {
    const message = `only ${examples} ${unit} to train on; a fine-tune wants hundreds`
    return [{ severity: 'warning', kind: 'small', file, message }]
  }
  if (part === 'train' || examples >= fewDev) return []
  const message = `only ${examples} ${unit}: one more right answer moves the score by ${formatShare(1 / examples)}, so runs cannot be told apart by it`
  return [{ severity: 'note', kind: 'small', file, message }]
}
