import { type Static, Type } from 'typebox'
import { canonicalJson } from '../experiment/canonicalJson.ts'
import { literalUnion } from '../experiment/schema.ts'
import type { RunRecord } from './records.ts'

/** What two runs must have in common for their scores to stand in one ranking. */
export const comparedAspects = [
  'head',
  'trainingData',
  'devData',
  'model',
  'engine',
  'backend',
  'precision',
  'selectionMetric',
  'reading',
] as const
export const ComparedAspectSchema = literalUnion(comparedAspects)
export type ComparedAspect = Static<typeof ComparedAspectSchema>

/** Why a sweep's runs are not in the folder of an earlier one with the same name. */
export const ApartSchema = Type.Object({
  /** The id of that sweep. */
  from: Type.String(),
  changed: Type.Array(ComparedAspectSchema),
})
export type Apart = Static<typeof ApartSchema>

/** What is asked of a run; a `RunRecord` is one. */
export type ComparedRun = Pick<RunRecord, 'checksums' | 'engine' | 'config' | 'labels'>

const aspectsOf = ({ checksums = {}, engine = 1, config, labels }: ComparedRun) => {
  // The names and places of files decide nothing.
  const { train: _train, dev: _dev, test: _test, ...columns } = config.data
  const model = Object.entries(checksums).filter(([name]) => name.startsWith('model/'))
  return {
    head: config.head,
    trainingData: checksums['data/train'] ?? '',
    devData: checksums['data/dev'] ?? '',
    model: Object.fromEntries(model),
    engine,
    backend: config.backend,
    precision: config.precision,
    selectionMetric: config.selectionMetric,
    reading: { columns, regression: config.regression, labels },
  } satisfies Record<ComparedAspect, unknown>
}

/** Equal for runs whose numbers can be compared. */
export const comparableKey = (run: ComparedRun): string => canonicalJson(aspectsOf(run))

/** In what two runs differ, so that they cannot be ranked together. */
export const changedAspects = (before: ComparedRun, after: ComparedRun): ComparedAspect[] => {
  const [a, b] = [aspectsOf(before), aspectsOf(after)]
  return comparedAspects.filter((aspect) => canonicalJson(a[aspect]) !== canonicalJson(b[aspect]))
}
