import { InputError } from '../core/errors.ts'
import { softmax } from '../core/metrics/softmax.ts'
import type { EncodedExample } from './batches.ts'
import { sentenceHead } from './heads/sentence.ts'
import type { LoadedModel } from './loadedModel.ts'
import { predictAll } from './predictAll.ts'

export interface TextInput {
  readonly text: string
  readonly textPair?: string
}

/**
 * What a fine-tuned sentence or pair model says of texts.
 *
 * @returns for each its probabilities by class, or its one score
 * @throws InputError where the model has another head
 */
export const predictTexts = (model: LoadedModel, inputs: readonly TextInput[]): number[][] => {
  const { head, tokenizer, maxLength } = model
  if (head.kind !== 'sentence') {
    throw new InputError(`The model has the head ${head.kind}; it cannot classify texts.`)
  }
  const examples = inputs.map(({ text, textPair }): EncodedExample<number> => {
    const pair = textPair === undefined ? {} : { textPair }
    const { ids, typeIds } = tokenizer.encode(text, { maxLength, ...pair })
    return { ids, typeIds, target: 0 }
  })
  const classes = head.regression ? 1 : head.labels.length
  const logits = predictAll(model, sentenceHead(classes), examples, maxLength)
  return logits.map((row) => (head.regression ? Array.from(row) : softmax(row)))
}
