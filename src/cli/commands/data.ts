import fs from 'node:fs'
import path from 'node:path'
import { InputError, messageOf } from '../../core/errors.ts'
import { checkExperiment, parseExperiment } from '../../core/experiment/parse.ts'
import { paperGrid } from '../../core/experiment/presets.ts'
import { defaultModel, planRuns } from '../../core/experiment/resolve.ts'
import { type ExperimentFile, taskHeads } from '../../core/experiment/schema.ts'
import { checkModelFolder } from '../../core/model/folder.ts'
import { hasErrors, sortFindings } from '../../core/preflight/findings.ts'
import { guessHead } from '../../core/preflight/guessHead.ts'
import { memoryFindings } from '../../core/preflight/machine.ts'
import { runPreflight } from '../../core/preflight/preflight.ts'
import { loadTokenizer } from '../../core/tokenizer/loadTokenizer.ts'
import { estimateHere, machineReport } from '../dataEstimate.ts'
import { preflightText } from '../dataReport.ts'
import { choiceFlag, numberFlag, parseFlags } from '../flags.ts'
import { chooseMachine, findLocalData, findModelFolder } from '../machine.ts'
import { userDir } from '../program.ts'
import { tableFlagTypes, tableOptions } from '../tableFlags.ts'

const types = {
  head: 'string',
  model: 'string',
  'text-column': 'string',
  'text-pair-column': 'string',
  'label-column': 'string',
  'question-column': 'string',
  'context-column': 'string',
  'answer-column': 'string',
  'answer-start-column': 'string',
  labels: 'string',
  regression: 'boolean',
  'max-length': 'string',
  'skip-bad-rows': 'boolean',
  ...tableFlagTypes,
  'no-estimate': 'boolean',
  json: 'boolean',
} as const
type Values = ReturnType<typeof parseFlags<typeof types>>['values']

const command = 'headway data'
const mostFiles = 3

/** `headway data FILE…`: what is in the data, before anything is trained on them. */
export const dataCommand = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseFlags('data', args, types, mostFiles)
  const { experiment: given, base, isExperiment } = await readCall(values, positionals)
  const data = { ...given.data, ...(await findLocalData(given.data, base)) }
  const experiment = { ...given, data }
  const modelFolder = await findModelFolder(experiment.model ?? defaultModel, base)
  const machine = chooseMachine(experiment)
  const [plan, ...others] = planRuns(experiment, machine)
  if (!plan) throw new RangeError('no run')
  const { config } = plan
  const configs = others.map((other) => other.config)
  // Files alone may become one run or the paper's grid: the larger batches count.
  if (!isExperiment) configs.push({ ...config, batchSize: Math.max(...paperGrid.batchSize) })
  const model = checkModelFolder(modelFolder)
  const found = await runPreflight({
    head: experiment.head,
    data: experiment.data,
    base,
    tokenizer: loadTokenizer(modelFolder),
    maxLength: config.maxLength,
    maxPositions: model.config.maxPositions,
    regression: experiment.regression ?? false,
    selectionMetric: experiment.selectionMetric,
  })
  const here = machineReport(found, [config, ...configs], model)
  const findings = sortFindings([...found.findings, ...memoryFindings(here.memory)])
  const preflight = { ...found, findings }
  const failed = hasErrors(findings)
  const estimate =
    failed || values['no-estimate']
      ? undefined
      : await estimateHere(preflight, config, modelFolder, base)
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ ...preflight, machine: here, estimate: estimate ?? null })}\n`
      : preflightText(preflight, here, estimate, userDir()),
  )
  return failed ? 2 : 0
}

interface Call {
  readonly experiment: ExperimentFile
  /** Folder that its paths are relative to. */
  readonly base: string
  /** It was given as an experiment file. */
  readonly isExperiment: boolean
}

const readCall = async (values: Values, files: readonly string[]): Promise<Call> => {
  const [first] = files
  if (first === undefined) {
    throw new InputError(
      `${command}: name the training file, and dev and test files after it, or an experiment file.`,
    )
  }
  if (/\.headway\.json$/i.test(first) && files.length === 1) return readExperiment(first)
  const base = userDir()
  const chosen = choiceFlag('data', 'head', values.head, taskHeads)
  const local = await findLocalData({ train: first }, base)
  const head = chosen ?? (await guessHead(path.resolve(base, local.train ?? first)))
  const [train, dev, test] = files
  const data = defined({
    train,
    dev,
    test,
    textColumn: values['text-column'],
    textPairColumn: values['text-pair-column'],
    labelColumn: values['label-column'],
    questionColumn: values['question-column'],
    contextColumn: values['context-column'],
    answerColumn: values['answer-column'],
    answerStartColumn: values['answer-start-column'],
    labels: values.labels?.split(',').map((label) => label.trim()),
    skipBadRows: values['skip-bad-rows'],
    ...tableOptions(values),
  })
  const given = {
    head,
    model: values.model,
    data,
    regression: values.regression,
    maxLength: numberFlag('data', 'max-length', values['max-length']),
  }
  return { experiment: checkExperiment(defined(given), command), base, isExperiment: false }
}

const readExperiment = (name: string): Call => {
  const file = path.resolve(userDir(), name)
  try {
    return {
      experiment: parseExperiment(fs.readFileSync(file, 'utf8'), file),
      base: path.dirname(file),
      isExperiment: true,
    }
  } catch (error) {
    if (error instanceof InputError) throw error
    throw new InputError(`${file} cannot be read: ${messageOf(error)}.`)
  }
}

/** Without the keys whose value is undefined: the schema takes them as given. */
const defined = (value: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined))
