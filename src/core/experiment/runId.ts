import crypto from 'node:crypto'
import { canonicalJson } from './canonicalJson.ts'
import type { RunConfig } from './config.ts'

/** Raised only when the engine's results change: every run's id changes with it (DESIGN §7). */
export const engineNumber = 2

const idLength = 12

/**
 * A run's id: a hash over all that decides its result. Files count by their content, not by their
 * names: what was moved or renamed keeps its runs. Test data decide nothing and do not count.
 * @param checksums sha256 of each data file (by `train`, `dev`, `test`) and file of the model
 */
export const runId = (
  config: RunConfig,
  checksums: {
    readonly data: Readonly<Record<string, string>>
    readonly model: Readonly<Record<string, string>>
  },
): string => {
  const { model: _, data, ...rest } = config
  const { train: _train, dev: _dev, test: _test, ...columns } = data
  const { test: _testSum, ...sums } = checksums.data
  const counted = { data: sums, model: checksums.model }
  const text = canonicalJson({ engineNumber, ...rest, data: columns, checksums: counted })
  return crypto.createHash('sha256').update(text).digest('hex').slice(0, idLength)
}
