import path from 'node:path'
import { parseHubReference } from '../../core/data/hubReference.ts'
import { messageOf } from '../../core/errors.ts'
import { isLikelyDev, lastFirst, rankDevFiles, rankTrainFiles } from './choices.ts'
import { type Answer, ask, type Choice, pick, type StepFrame, separator } from './quickInput.ts'
import { browse, findDataFiles } from './workspaceFiles.ts'

export const chooseTrainFile = async (
  frame: StepFrame,
  folder: string,
  last: string | undefined,
): Promise<Answer<string>> => {
  const files = lastFirst(rankTrainFiles(await findDataFiles(folder)), (file) => file === last)
  return pickFile(
    frame,
    folder,
    'The training data: texts with their labels',
    files.map(fileChoice),
  )
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
  const ranked = lastFirst(files, (file) => file === last)
  const isLikely = (file: string) => file === last || isLikelyDev(file, train)
  return pickFile(frame, folder, 'The dev data, on which each epoch is scored', [
    ...ranked.filter(isLikely).map(fileChoice),
    split,
    ...ranked.filter((file) => !isLikely(file)).map(fileChoice),
  ])
}

const fileChoice = (file: string): Choice<string> => ({
  label: `$(file) ${path.basename(file)}`,
  description: path.dirname(file) === '.' ? '' : path.dirname(file),
  value: file,
})

const browseValue = '\0browse'
const hubValue = '\0hub'

const pickFile = async (
  frame: StepFrame,
  folder: string,
  placeholder: string,
  choices: readonly Choice<string>[],
): Promise<Answer<string>> => {
  const answer = await pick<string>({
    ...frame,
    placeholder,
    items: [
      ...choices,
      separator(''),
      { label: '$(folder-opened) Browse…', value: browseValue },
      { label: '$(cloud-download) A data set of the Hugging Face Hub…', value: hubValue },
    ],
  })
  if (answer.type !== 'chosen') return answer
  if (answer.value === hubValue) return askHubData(frame)
  if (answer.value !== browseValue) return answer
  const file = await browse(placeholder, folder)
  return file === undefined ? { type: 'cancelled' } : { type: 'chosen', value: file }
}

const askHubData = async (frame: StepFrame): Promise<Answer<string>> => {
  const answer = await ask({
    ...frame,
    prompt: 'owner/name, owner/name/subset or owner/name:split, as nyu-mll/glue/mrpc:train',
    value: '',
    validate: (text) => {
      try {
        return parseHubReference(hubName(text)) && undefined
      } catch (error) {
        return messageOf(error)
      }
    },
  })
  return answer.type === 'chosen' ? { type: 'chosen', value: hubName(answer.value) } : answer
}

const hubName = (text: string): string => `hub:${text.trim().replace(/^hub:/, '')}`
