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

/** Hyperparameters, each changeable, and launch: Enter launches what is shown. */
export const chooseHyperparameters = async (
  frame: StepFrame,
  start: Hyperparameters,
): Promise<Answer<Hyperparameters>> => {
  let chosen = start
  for (;;) {
    const answer = await pick<'launch' | HyperparameterName>({
      ...frame,
      placeholder: 'Enter launches; choose a line to change it',
      items: overview(chosen),
    })
    if (answer.type !== 'chosen') return answer
    if (answer.value === 'launch') return { type: 'chosen', value: chosen }
    const changed = await chooseOne(frame, answer.value, chosen[answer.value])
    if (changed.type === 'cancelled') return changed
    if (changed.type === 'chosen') chosen = { ...chosen, [answer.value]: changed.value }
  }
}

const overview = (chosen: Hyperparameters): Choice<'launch' | HyperparameterName>[] => [
  {
    label: '$(play) Launch',
    description: names
      .map(
        (name) =>
          `${hyperparameterLabels[name].toLowerCase()} ${formatHyperparameter(name, chosen[name])}`,
      )
      .join(' · '),
    value: 'launch',
  },
  separator('Hyperparameters'),
  ...names.map((name) => ({
    label: `$(edit) ${hyperparameterLabels[name]}: ${formatHyperparameter(name, chosen[name])}`,
    description: `the paper recommends ${recommended[name].map((value) => formatHyperparameter(name, value)).join(', ')}`,
    value: name,
  })),
]

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
