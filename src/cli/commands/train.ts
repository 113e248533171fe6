import path from 'node:path'
import { InputError } from '../../core/errors.ts'
import { checkExperiment } from '../../core/experiment/parse.ts'
import { defaultModel } from '../../core/experiment/resolve.ts'
import { backends, precisions } from '../../core/experiment/schema.ts'
import { type PreparedSweep, prepareSweep } from '../../core/launch/prepare.ts'
import { readRun } from '../../core/runs/store.ts'
import { mayBeAtWork } from '../../runtime/mayBeAtWork.ts'
import { finishRun } from '../finishRun.ts'
import { choiceFlag, numberFlag, parseFlags, requiredFlag } from '../flags.ts'
import { launchNotes } from '../launchNotes.ts'
import { chooseMachine, findLocalData, findModelFolder } from '../machine.ts'
import { userDir } from '../program.ts'
import { tableFlagTypes, tableOptions } from '../tableFlags.ts'

const types = {
  head: 'string',
  model: 'string',
  train: 'string',
  dev: 'string',
  test: 'string',
  'dev-split': 'string',
  'text-column': 'string',
  'text-pair-column': 'string',
  'label-column': 'string',
  'question-column': 'string',
  'context-column': 'string',
  'answer-column': 'string',
  'answer-start-column': 'string',
  labels: 'string',
  'positive-label': 'string',
  'skip-bad-rows': 'boolean',
  ...tableFlagTypes,
  regression: 'boolean',
  lr: 'string',
  'batch-size': 'string',
  epochs: 'string',
  seed: 'string',
  'max-length': 'string',
  stride: 'string',
  preset: 'string',
  precision: 'string',
  backend: 'string',
  'selection-metric': 'string',
  'weight-decay': 'string',
  warmup: 'string',
  dropout: 'string',
  'gradient-accumulation': 'string',
  name: 'string',
  out: 'string',
  force: 'boolean',
  json: 'boolean',
} as const

/** `headway train`: one run, stored in the current folder, or with `--out` in that one. */
export const trainCommand = async (args: readonly string[]): Promise<number> => {
  const { values } = parseFlags('train', args, types)
  const number = (name: keyof typeof types) =>
    numberFlag('train', name, values[name] as string | undefined)
  const seed = number('seed')
  const experiment = checkExperiment(
    defined({
      name: values.name,
      head: values.head ?? 'sentence',
      model: values.model,
      data: defined({
        train: requiredFlag('train', 'train', values.train),
        dev: values.dev,
        test: values.test,
        devSplit: number('dev-split'),
        textColumn: values['text-column'],
        textPairColumn: values['text-pair-column'],
        labelColumn: values['label-column'],
        questionColumn: values['question-column'],
        contextColumn: values['context-column'],
        answerColumn: values['answer-column'],
        answerStartColumn: values['answer-start-column'],
        labels: values.labels?.split(',').map((label) => label.trim()),
        positiveLabel: values['positive-label'],
        skipBadRows: values['skip-bad-rows'],
        ...tableOptions(values),
      }),
      learningRate: number('lr'),
      batchSize: number('batch-size'),
      epochs: number('epochs'),
      seeds: seed === undefined ? undefined : [seed],
      maxLength: number('max-length'),
      stride: number('stride'),
      preset: values.preset,
      precision: choiceFlag('train', 'precision', values.precision, precisions),
      backend: choiceFlag('train', 'backend', values.backend, backends),
      selectionMetric: values['selection-metric'],
      regression: values.regression,
      weightDecay: number('weight-decay'),
      warmup: number('warmup'),
      dropout: number('dropout'),
      gradientAccumulation: number('gradient-accumulation'),
    }),
    'headway train',
  )
  if (values.out !== undefined && values.test !== undefined) {
    throw new InputError(
      `headway train: the test data are scored by the chosen run of a sweep, and --out keeps a run without one; leave --test out, and score it with "headway evaluate --run ${values.out} --data ${values.test}".`,
    )
  }
  const base = userDir()
  const modelFolder = await findModelFolder(experiment.model ?? defaultModel, base)
  const prepared = await prepareSweep({
    experiment,
    localData: await findLocalData(experiment.data, base),
    base,
    store: base,
    out: values.out === undefined ? undefined : path.resolve(base, values.out),
    modelFolder,
    machine: chooseMachine,
    isAtWork: mayBeAtWork,
    name: values.name,
    force: values.force,
  })
  for (const note of launchNotes(prepared, experiment)) process.stderr.write(`${note}\n`)
  return finishRun(onlyRun(prepared), prepared.open.length > 0, values.json === true)
}

const onlyRun = ({ runs }: PreparedSweep) => {
  const [run] = runs
  if (!run) throw new RangeError('no run was prepared')
  return { dir: run.dir, record: readRun(run.dir) }
}

/** Without the keys whose value is undefined: the schema takes them as given. */
const defined = (value: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined))
