import { loadTokenSets } from '../data/tokenSets.ts'
import { InputError } from '../errors.ts'
import type { ExperimentFile } from '../experiment/schema.ts'
import type { LaunchData } from './launchData.ts'

/** Reads and checks the data of an experiment with the token head. @throws InputError one sentence */
export const readTokenLaunchData = async (
  { data, selectionMetric }: ExperimentFile,
  base: string,
): Promise<LaunchData> => {
  const { kind, labels, warnings, train, dev, test } = await loadTokenSets(data, base)
  if (kind === 'classes' && selectionMetric === 'entityF1') {
    throw new InputError(
      `"selectionMetric" entityF1 is for tags that mark spans (B-PER, I-PER, O); those of ${data.train} are classes: choose tokenAccuracy.`,
    )
  }
  return {
    labels,
    warnings,
    resolved: { labels: [...labels] },
    selectionMetric: kind === 'spans' ? 'entityF1' : 'tokenAccuracy',
    examples: { train: train.length, dev: dev.length, test: test?.length ?? 0 },
  }
}
