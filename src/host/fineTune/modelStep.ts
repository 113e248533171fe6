import { knownModels, resolveModel } from '../../runtime/models.ts'
import { formatBytes } from '../../runtime/progress.ts'
import { modelTime } from './modelTime.ts'
import { type Answer, ask, type Choice, pick, type StepFrame, separator } from './quickInput.ts'
import { browseFolder } from './workspaceFiles.ts'

const browseValue = '\0folder'
const typeValue = '\0type'
const hubId = /^[\w.-]+\/[\w.-]+$/

/** The pretrained model: what is there first, then what can be fetched, a folder, or any id. */
export const chooseModel = async (
  frame: StepFrame,
  folder: string,
  last: string | undefined,
): Promise<Answer<string>> => {
  const known = knownModels.map((model) => ({
    id: model.id,
    item: {
      label: `$(layers) ${model.id}`,
      detail: [
        `${Math.round(model.parameters / 1e6)} M parameters`,
        isHere(model.id, folder) ? 'on this machine' : `${formatBytes(model.size)} to fetch`,
        modelTime(model),
      ].join(' · '),
      value: model.id,
    },
  }))
  const isKnown = known.some(({ id }) => id === last)
  const other: Choice<string>[] =
    last && !isKnown
      ? [{ label: `$(history) ${last}`, description: 'chosen last', value: last }]
      : []
  const ranked = [
    ...known.filter(({ id }) => id === last),
    ...known.filter(({ id }) => id !== last),
  ]
  const answer = await pick<string>({
    ...frame,
    placeholder: 'The pretrained BERT to start from',
    items: [
      ...other,
      ...ranked.map(({ item }) => item),
      separator(''),
      { label: '$(folder-opened) A folder on this machine…', value: browseValue },
      { label: '$(cloud-download) An id of the Hugging Face Hub…', value: typeValue },
    ],
  })
  if (answer.type !== 'chosen') return answer
  if (answer.value === browseValue) {
    const chosen = await browseFolder('A folder with config.json and model.safetensors', folder)
    return chosen === undefined ? { type: 'cancelled' } : { type: 'chosen', value: chosen }
  }
  if (answer.value !== typeValue) return answer
  const typed = await ask({
    ...frame,
    prompt: 'A BERT with model.safetensors, such as google-bert/bert-base-uncased',
    value: '',
    validate: (text) => (hubId.test(text.trim()) ? undefined : 'An id is owner/name.'),
  })
  return typed.type === 'back' ? chooseModel(frame, folder, last) : typed
}

const isHere = (id: string, folder: string): boolean => {
  try {
    return resolveModel(id, folder) !== undefined
  } catch {
    return false
  }
}
