import { loadQaData } from '../data/qaData.ts'
import type { ExperimentFile } from '../experiment/schema.ts'
import type { LaunchData } from './launchData.ts'

/**
 * Questions: whether "no answer" is one, as the training data show, becomes part of the
 * configuration.
 */
export const readAnswerData = async (
  { data }: ExperimentFile,
  base: string,
): Promise<LaunchData> => {
  const { train, dev, test, unanswerable, warnings } = await loadQaData(data, base)
  return {
    labels: [],
    warnings,
    resolved: { unanswerable: data.unanswerable ?? unanswerable },
    examples: { train: train.length, dev: dev.length, test: test?.length ?? 0 },
  }
}
