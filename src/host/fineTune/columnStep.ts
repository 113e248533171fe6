import { inspectDataFile } from '../../core/data/inspect.ts'
import type { TaskHead } from '../../core/experiment/schema.ts'
import type { ColumnChoice, Columns } from './choices.ts'
import { type Answer, type Choice, pick, type StepFrame } from './quickInput.ts'

const roles = ['textColumn', 'textPairColumn', 'labelColumn'] as const
type Role = (typeof roles)[number]

const roleNames: Readonly<Record<Role, string>> = {
  textColumn: 'Text',
  textPairColumn: 'Second text',
  labelColumn: 'Label',
}

interface ShownColumn {
  readonly key: ColumnChoice
  readonly name: string
  readonly samples: readonly string[]
}

type Chosen = Partial<Record<Role, ColumnChoice>> & { readonly regression: boolean }
type Choose = 'accept' | 'regression' | Role

/** Shows the columns as guessed, with values; Enter takes them, each can be changed. */
export const chooseColumns = async (
  frame: StepFrame,
  file: string,
  head: TaskHead,
  before: Columns,
): Promise<Answer<Columns>> => {
  const found = await inspectDataFile(file)
  const columns = found.columns.map(({ key, name, samples }) => ({ key, name, samples }))
  const known = (key: ColumnChoice | undefined) =>
    columns.some((column) => column.key === key) ? key : undefined
  const { guess } = found
  let chosen: Chosen = defined({
    textColumn: known(before.textColumn) ?? guess.text,
    textPairColumn: known(before.textPairColumn) ?? guess.textPair,
    labelColumn: known(before.labelColumn) ?? guess.label,
    regression:
      known(before.labelColumn) === undefined
        ? found.looksLikeScores
        : (before.regression ?? found.looksLikeScores),
  })
  for (;;) {
    const answer = await pick<Choose>({
      ...frame,
      placeholder: 'Which column is what; choose one to change it',
      items: overview(columns, chosen, head),
    })
    if (answer.type !== 'chosen') return answer
    if (answer.value === 'accept') return { type: 'chosen', value: chosen }
    if (answer.value === 'regression') {
      chosen = { ...chosen, regression: !chosen.regression }
      continue
    }
    const changed = await chooseColumn(frame, columns, answer.value)
    if (changed.type === 'cancelled') return changed
    if (changed.type === 'chosen') chosen = { ...chosen, [answer.value]: changed.value }
  }
}

const defined = (
  value: {
    readonly [role in Role]: ColumnChoice | undefined
  } & { readonly regression: boolean },
): Chosen => {
  const kept = Object.entries(value).filter(([, each]) => each !== undefined)
  return { ...(Object.fromEntries(kept) as Chosen), regression: value.regression }
}

const chooseColumn = (
  frame: StepFrame,
  columns: readonly ShownColumn[],
  role: Role,
): Promise<Answer<ColumnChoice>> =>
  pick<ColumnChoice>({
    ...frame,
    placeholder: `${roleNames[role]}: which column?`,
    items: columns.map(({ key, name, samples }) => ({
      label: name,
      description: sampleText(samples),
      value: key,
    })),
  })

const overview = (
  columns: readonly ShownColumn[],
  chosen: Chosen,
  head: TaskHead,
): Choice<Choose>[] => {
  const shown = roles.filter((role) => role !== 'textPairColumn' || head === 'pair')
  const lines: Choice<Choose>[] = shown.map((role) => {
    const column = columns.find(({ key }) => key === chosen[role])
    return {
      label: `$(edit) ${roleNames[role]}: ${column?.name ?? 'not found, choose one'}`,
      detail: column ? sampleText(column.samples) : '',
      value: role,
    }
  })
  const kind: Choice<Choose> = {
    label: `$(edit) The labels are ${chosen.regression ? 'scores' : 'classes'}`,
    description: chosen.regression ? 'BERT learns a number' : 'BERT learns to choose among them',
    value: 'regression',
  }
  const keys = shown.map((role) => chosen[role])
  const complete = keys.every((key) => key !== undefined) && new Set(keys).size === keys.length
  const accept: Choice<Choose> = { label: '$(check) Go on with these columns', value: 'accept' }
  return [...(complete ? [accept] : []), ...lines, kind]
}

const sampleText = (samples: readonly string[]): string =>
  [...new Set(samples)]
    .map((sample) => sample.trim())
    .map((sample) => (sample.length > 60 ? `${sample.slice(0, 59)}…` : sample))
    .join('  ·  ')
