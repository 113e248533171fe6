import path from 'node:path'
import { inspectDataFile } from '../../core/data/inspect.ts'
import {
  type ColumnChoice,
  type Draft,
  lastFirst,
  rankDevFiles,
  rankTrainFiles,
} from './choices.ts'
import { type Answer, type Choice, pick, type StepFrame, separator } from './quickInput.ts'
import { browse, findDataFiles } from './workspaceFiles.ts'

export const chooseTrainFile = async (
  frame: StepFrame,
  folder: string,
  last: string | undefined,
): Promise<Answer<string>> => {
  const files = lastFirst(rankTrainFiles(await findDataFiles(folder)), (file) => file === last)
  return pickFile(frame, folder, 'The training data: texts with their labels', [], files)
}

export const chooseDevFile = async (
  frame: StepFrame,
  folder: string,
  train: string,
  last: string | undefined,
): Promise<Answer<string>> => {
  const files = rankDevFiles(await findDataFiles(folder), train)
  const split: Choice<string> = {
    label: '$(split-horizontal) Hold out 10 % of the training data',
    description: 'the same rows each time, labels in proportion',
    value: 'split',
  }
  const likely = files[0] && /(^|\/)(dev|val)/i.test(files[0])
  const ranked = lastFirst(files, (file) => file === last)
  const items = likely || ranked[0] === last ? [] : [split]
  const rest = items.length ? [] : [split]
  const placeholder = 'The dev data, on which each epoch is scored'
  return pickFile(frame, folder, placeholder, items, ranked, rest)
}

const browseValue = '\0browse'

const pickFile = async (
  frame: StepFrame,
  folder: string,
  placeholder: string,
  before: readonly Choice<string>[],
  files: readonly string[],
  after: readonly Choice<string>[] = [],
): Promise<Answer<string>> => {
  const answer = await pick<string>({
    ...frame,
    placeholder,
    items: [
      ...before,
      ...files.map((file) => ({
        label: `$(file) ${path.basename(file)}`,
        description: path.dirname(file) === '.' ? '' : path.dirname(file),
        value: file,
      })),
      ...after,
      separator(''),
      { label: '$(folder-opened) Browse…', value: browseValue },
    ],
  })
  if (answer.type !== 'chosen' || answer.value !== browseValue) return answer
  const file = await browse(placeholder, folder)
  return file === undefined ? { type: 'cancelled' } : { type: 'chosen', value: file }
}

export interface Columns {
  readonly textColumn: ColumnChoice
  readonly labelColumn: ColumnChoice
}

/** Shows the columns as guessed, with values; Enter takes them, each can be changed. */
export const chooseColumns = async (
  frame: StepFrame,
  folder: string,
  draft: Draft,
): Promise<Answer<Columns>> => {
  const head = await inspectDataFile(path.resolve(folder, draft.train ?? ''))
  const columns = head.columns.map(({ key, name, samples }) => ({ key, name, samples }))
  const known = (key: ColumnChoice | undefined) =>
    columns.some((column) => column.key === key) ? key : undefined
  let text = known(draft.textColumn) ?? head.guess.text
  let label = known(draft.labelColumn) ?? head.guess.label
  for (;;) {
    const answer = await pick<'accept' | 'text' | 'label'>({
      ...frame,
      placeholder: 'Which column is what; choose one to change it',
      items: columnOverview(columns, text, label),
    })
    if (answer.type !== 'chosen') return answer
    if (answer.value === 'accept' && text !== undefined && label !== undefined) {
      return { type: 'chosen', value: { textColumn: text, labelColumn: label } }
    }
    const changed = await pick<ColumnChoice>({
      ...frame,
      placeholder:
        answer.value === 'text' ? 'The column with the text' : 'The column with the label',
      items: columns.map((column) => ({
        label: column.name,
        description: sampleText(column.samples),
        value: column.key,
      })),
    })
    if (changed.type === 'cancelled') return changed
    if (changed.type === 'back') continue
    if (answer.value === 'text') text = changed.value
    else label = changed.value
  }
}

interface ShownColumn {
  readonly key: ColumnChoice
  readonly name: string
  readonly samples: readonly string[]
}

const columnOverview = (
  columns: readonly ShownColumn[],
  text: ColumnChoice | undefined,
  label: ColumnChoice | undefined,
): Choice<'accept' | 'text' | 'label'>[] => {
  const describe = (key: ColumnChoice | undefined, what: 'text' | 'label') => {
    const column = columns.find((candidate) => candidate.key === key)
    return {
      label: `$(edit) ${what === 'text' ? 'Text' : 'Label'}: ${column?.name ?? 'not found, choose one'}`,
      detail: column ? sampleText(column.samples) : '',
      value: what,
    }
  }
  const lines = [describe(text, 'text'), describe(label, 'label')]
  if (text === undefined || label === undefined || text === label) return lines
  return [{ label: '$(check) Go on with these columns', value: 'accept' }, ...lines]
}

const sampleText = (samples: readonly string[]): string =>
  [...new Set(samples)]
    .map((sample) => sample.trim())
    .map((sample) => (sample.length > 60 ? `${sample.slice(0, 59)}…` : sample))
    .join('  ·  ')
