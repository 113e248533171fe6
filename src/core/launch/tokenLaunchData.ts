import { loadTokenSets } from '../data/tokenSets.ts'
import { checkTagChoices } from '../experiment/labelChoices.ts'
import type { ExperimentFile } from '../experiment/schema.ts'
import type { LaunchData } from './launchData.ts'

/** Reads and checks the data of an experiment with the token head. @throws InputError one sentence */
export const readTokenLaunchData = async (
  { data, selectionMetric }: ExperimentFile,
  base: string,
): Promise<LaunchData> => {
  const { kind, labels, warnings, train, dev, test } = await loadTokenSets(data, base)
  checkTagChoices(selectionMetric, kind, data.train)
  return {
    labels,
    warnings,
    resolved: { labels: [...labels] },
    selectionMetric: kind === 'spans' ? 'entityF1' : 'tokenAccuracy',
    examples: { train: train.length, dev: dev.length, test: test?.length ?? 0 },
  }
}
