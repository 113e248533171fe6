import { loadTextData } from '../data/textData.ts'
import { checkLabelChoices } from '../experiment/labelChoices.ts'
import type { DataFiles, ExperimentFile, SelectionMetric } from '../experiment/schema.ts'
import { readAnswerData } from './qaLaunchData.ts'
import { readTokenLaunchData } from './tokenLaunchData.ts'

/** What a launch finds out about its data, whatever the head. */
export interface LaunchData {
  /** Label order of the head's outputs; empty for scores and answers. */
  readonly labels: readonly string[]
  /** What was guessed becomes explicit, so that a run's record says how its data were read. */
  readonly resolved: Partial<DataFiles>
  /** One sentence for each file in which rows were skipped. */
  readonly warnings: readonly string[]
  /** Ranks the runs where the experiment leaves it open and the data decide. */
  readonly selectionMetric?: SelectionMetric
  readonly examples: { readonly train: number; readonly dev: number; readonly test: number }
}

/** Reads and checks all the data of an experiment. @throws InputError one sentence */
export const readLaunchData = (experiment: ExperimentFile, base: string): Promise<LaunchData> => {
  switch (experiment.head) {
    case 'sentence':
    case 'pair':
      return readTexts(experiment, base, experiment.head)
    case 'token':
      return readTokenLaunchData(experiment, base)
    case 'qa':
      return readAnswerData(experiment, base)
    default:
      return experiment.head satisfies never
  }
}

const readTexts = async (
  experiment: ExperimentFile,
  base: string,
  head: 'sentence' | 'pair',
): Promise<LaunchData> => {
  const regression = experiment.regression ?? false
  const data = await loadTextData(experiment.data, { base, head, regression })
  const { labels, columns, warnings, train, dev, test } = data
  checkLabelChoices(experiment, labels, train.file)
  return {
    labels,
    warnings,
    resolved: {
      textColumn: columns.text,
      ...(columns.textPair === undefined ? {} : { textPairColumn: columns.textPair }),
      ...(columns.label === undefined ? {} : { labelColumn: columns.label }),
      ...(labels.length === 0 ? {} : { labels: [...labels] }),
    },
    examples: {
      train: train.texts.length,
      dev: dev.texts.length,
      test: test?.texts.length ?? 0,
    },
  }
}
