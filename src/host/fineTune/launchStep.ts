import { describeTime } from '../../core/preflight/describe.ts'
import type { TimeEstimate } from '../../core/preflight/estimate.ts'
import {
  defaultHyperparameters,
  formatHyperparameter,
  type HyperparameterName,
  type Hyperparameters,
  hyperparameterLabels,
  parseHyperparameter,
  recommended,
} from './choices.ts'
import { type Answer, ask, type Choice, pick, type StepFrame, separator } from './quickInput.ts'

const names = ['learningRate', 'batchSize', 'epochs'] as const
const typeValue = -1

export interface Plan {
  readonly plan: 'run' | 'grid'
  readonly hyperparameters: Hyperparameters
}

type Chosen = 'run' | 'grid' | HyperparameterName

/** One run, with hyperparameters that can be changed, or the paper's grid: Enter launches one run. */
export const choosePlan = async (
  frame: StepFrame,
  start: Hyperparameters,
  estimate: TimeEstimate | undefined,
): Promise<Answer<Plan>> => {
  let hyperparameters = start
  for (;;) {
    const answer = await pick<Chosen>({
      ...frame,
      placeholder: 'Enter launches; choose a hyperparameter to change it',
      items: overview(hyperparameters, estimate),
    })
    if (answer.type !== 'chosen') return answer
    const { value } = answer
    if (value === 'run' || value === 'grid') {
      return { type: 'chosen', value: { plan: value, hyperparameters } }
    }
    const changed = await chooseOne(frame, value, hyperparameters[value])
    if (changed.type === 'cancelled') return changed
    if (changed.type === 'chosen') {
      hyperparameters = { ...hyperparameters, [value]: changed.value }
    }
  }
}

const overview = (
  chosen: Hyperparameters,
  estimate: TimeEstimate | undefined,
): Choice<Chosen>[] => {
  const values = names.map(
    (name) =>
      `${hyperparameterLabels[name].toLowerCase()} ${formatHyperparameter(name, chosen[name])}`,
  )
  // What is around the epochs is small beside them.
  const run = estimate && (estimate.run * chosen.epochs) / estimate.epochs
  const time = (seconds: number | undefined) =>
    seconds === undefined ? [] : [describeTime(seconds)]
  return [
    {
      label: '$(play) Launch one run',
      description: [...values, ...time(run)].join(' · '),
      value: 'run',
    },
    {
      label: '$(run-all) Launch the paper’s grid: 18 runs',
      description: time(estimate?.paperGrid).join(),
      detail: 'learning rate 2e-5, 3e-5, 5e-5 × batch size 16, 32 × epochs 2, 3, 4',
      value: 'grid',
    },
    separator('Hyperparameters of one run'),
    ...names.map((name) => ({
      label: `$(edit) ${hyperparameterLabels[name]}: ${formatHyperparameter(name, chosen[name])}`,
      description: `the paper recommends ${recommended[name].map((value) => formatHyperparameter(name, value)).join(', ')}`,
      value: name,
    })),
  ]
}

const chooseOne = async (
  frame: StepFrame,
  name: HyperparameterName,
  current: number,
): Promise<Answer<number>> => {
  const values = [...new Set([current, ...recommended[name]])]
  const answer = await pick<number>({
    ...frame,
    placeholder: hyperparameterLabels[name],
    items: [
      ...values.map((value) => ({
        label: formatHyperparameter(name, value),
        description: [
          value === current ? 'chosen now' : '',
          value === defaultHyperparameters[name] ? 'default' : '',
        ]
          .filter(Boolean)
          .join(', '),
        value,
      })),
      separator(''),
      { label: '$(edit) Another value…', value: typeValue },
    ],
  })
  if (answer.type !== 'chosen' || answer.value !== typeValue) return answer
  const typed = await ask({
    ...frame,
    prompt: hyperparameterLabels[name],
    value: formatHyperparameter(name, current),
    validate: (text) => {
      const parsed = parseHyperparameter(name, text)
      return typeof parsed === 'string' ? parsed : undefined
    },
  })
  if (typed.type !== 'chosen') return typed
  return { type: 'chosen', value: Number(typed.value) }
}
