import type { MetricName } from '../../src/core/metrics/metrics.ts'
import type { RunState } from '../../src/core/runs/runState.ts'

/** One task of the table that made BERT known (Devlin et al. 2019, tables 1 and 2). */
export interface PaperTask {
  readonly id: string
  readonly name: string
  readonly metric: MetricName
  /** In hundredths, as printed. */
  readonly previousBest: number
  readonly gpt?: number
  readonly bertLarge: number
  readonly gain: number
  readonly trainExamples: number
  readonly devExamples: number
  readonly footnotes: readonly string[]
}

const glueNotes = [
  'Previous best is the paper’s row before OpenAI GPT; GPT, published in between, stands beside it.',
  'The paper’s GLUE figures are test scores of the GLUE server; the best run here is scored on dev.',
]

export const paperTasks: readonly PaperTask[] = [
  {
    id: 'mnli',
    name: 'MNLI',
    metric: 'accuracy',
    previousBest: 80.6,
    gpt: 82.1,
    bertLarge: 86.7,
    gain: 6.1,
    trainExamples: 392_702,
    devExamples: 9815,
    footnotes: [...glueNotes, 'MNLI: accuracy on the matched set.'],
  },
  {
    id: 'sst2',
    name: 'SST-2',
    metric: 'accuracy',
    previousBest: 93.2,
    gpt: 91.3,
    bertLarge: 94.9,
    gain: 1.7,
    trainExamples: 67_349,
    devExamples: 872,
    footnotes: glueNotes,
  },
  {
    id: 'cola',
    name: 'CoLA',
    metric: 'mcc',
    previousBest: 35,
    gpt: 45.4,
    bertLarge: 60.5,
    gain: 25.5,
    trainExamples: 8551,
    devExamples: 1043,
    footnotes: [...glueNotes, 'CoLA: Matthews correlation × 100.'],
  },
  {
    id: 'squad',
    name: 'SQuAD 1.1',
    metric: 'f1',
    previousBest: 84.1,
    bertLarge: 90.9,
    gain: 6.8,
    trainExamples: 87_599,
    devExamples: 10_570,
    footnotes: [
      '84.1 is in the paper BERT-Large’s own exact match (90.9 is its F1): it is given here as the earlier best because it is usually quoted so.',
      'BERT-Large: single model, F1 on dev.',
    ],
  },
]

/**
 * Which task of the paper a run's data stand for, guessed from file names, columns, head and labels;
 * undefined where nothing says so.
 */
export const guessPaperTask = (run: RunState): PaperTask | undefined => {
  const { head, data, regression } = run.record.config
  if (regression) return undefined
  const files = [data.train, data.dev ?? ''].join(' ').toLowerCase()
  const named = paperTasks.find(({ id }) =>
    new RegExp(
      `(^|[^a-z0-9])${id === 'sst2' ? 'sst-?2' : id === 'squad' ? 'squad' : id}([^a-z0-9]|$)`,
    ).test(files),
  )
  const fits = (task: PaperTask | undefined) =>
    task && headOf[task.id] === head ? task : undefined
  if (named) return fits(named)
  if (head === 'qa') return fits(taskById('squad'))
  const labels = run.record.labels.map((label) => label.toLowerCase())
  const nli = ['entailment', 'neutral', 'contradiction'].every((label) => labels.includes(label))
  if (head === 'pair' && nli) return taskById('mnli')
  // The columns as the benchmark's own files name them.
  return head === 'sentence' && data.textColumn === 'sentence' && labels.length === 2
    ? taskById('sst2')
    : undefined
}

const headOf: Record<string, string> = {
  mnli: 'pair',
  sst2: 'sentence',
  cola: 'sentence',
  squad: 'qa',
}

export const taskById = (id: string): PaperTask | undefined =>
  paperTasks.find((task) => task.id === id)

const parametersOfBertLarge = 340_000_000

/** Where sizes or subsets differ from the paper's, in sentences. */
export const differencesFromPaper = (task: PaperTask, run: RunState): string[] => {
  const notes: string[] = []
  const { trainExamples, devExamples, parameters } = run
  const count = (value: number) => value.toLocaleString('en-US')
  if (
    trainExamples > 0 &&
    Math.abs(trainExamples - task.trainExamples) > 0.01 * task.trainExamples
  ) {
    const share = (100 * trainExamples) / task.trainExamples
    notes.push(
      `Trained here on ${count(trainExamples)} of ${count(task.trainExamples)} examples (${share < 1 ? share.toFixed(1) : Math.round(share)} %).`,
    )
  }
  if (devExamples > 0 && devExamples !== task.devExamples) {
    notes.push(
      `Scored here on ${count(devExamples)} examples; the task’s dev set has ${count(task.devExamples)}.`,
    )
  }
  if (parameters > 0 && parameters < 0.9 * parametersOfBertLarge) {
    const times = parametersOfBertLarge / parameters
    notes.push(
      `The model here has ${Math.round(parameters / 1e6)} million parameters; BERT-Large has 340 (${times.toFixed(times < 10 ? 1 : 0)} times as many).`,
    )
  }
  return notes
}
