import type { TaskHead } from '../../core/experiment/schema.ts'
import { guessHead } from '../../core/preflight/guessHead.ts'
import { headsFor } from './choices.ts'
import { type Answer, pick, type StepFrame } from './quickInput.ts'

const icons: Readonly<Record<TaskHead, string>> = {
  sentence: '$(symbol-string)',
  pair: '$(split-horizontal)',
  token: '$(tag)',
  qa: '$(question)',
}

/** What BERT is to learn; what the training file looks made for goes first. */
export const chooseHead = async (
  frame: StepFrame,
  trainFile: string,
): Promise<Answer<TaskHead>> => {
  const guess = await guessHead(trainFile)
  return pick<TaskHead>({
    ...frame,
    placeholder: 'What should BERT learn from it?',
    items: headsFor(guess).map(({ head, label, detail }) => ({
      label: `${icons[head]} ${label}`,
      description: head === guess ? 'what the file looks made for' : '',
      detail,
      value: head,
    })),
  })
}
