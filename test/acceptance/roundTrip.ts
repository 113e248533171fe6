import type { EncodedExample } from '../../src/engine/batches.ts'
import { headOf } from '../../src/engine/fineTunedHead.ts'
import type { Head } from '../../src/engine/heads/head.ts'
import { loadFineTuned } from '../../src/engine/loadedModel.ts'
import { predictAll } from '../../src/engine/predictAll.ts'
import { locateTensorflow } from '../../src/runtime/tensorflow.ts'

const texts: readonly (readonly [text: string, second?: string])[] = [
  ['A gentle, funny film that never cheats.'],
  ['Médecins Sans Frontières opened an office in Ulaanbaatar 🏔️ on Monday.'],
  [
    'Where was the loom shown first?',
    'They showed it at a fair in Turin in 1861, where it won a medal.',
  ],
  ['Nobody was at home.', 'The house was empty.\r\nThe door was open.'],
  ['ein naïver Café-Besitzer', 'שלום עולם'],
  ['x'],
]

/** A batch wants one, and predicting does not look at it. */
const anyTarget = { sentence: 0, token: [], qa: { start: 0, end: 0, context: [0, 1] } } as const

/** @returns each text's word pieces, and what the exported model says of them, row-major */
export const logitsOf = async (modelFolder: string) => {
  const binding = locateTensorflow()?.binding
  const files = { binding, wasmDir: '' }
  const model = await loadFineTuned(modelFolder, { backend: 'tensorflow', files })
  const examples = texts.map(([text, textPair]): EncodedExample<unknown> => {
    const pair = textPair === undefined ? {} : { textPair }
    const { ids, typeIds } = model.tokenizer.encode(text, { maxLength: model.maxLength, ...pair })
    return { ids, typeIds, target: anyTarget[model.head.kind] }
  })
  const logits = predictAll(model, headOf(model.head) as Head<unknown>, examples, model.maxLength)
  model.dispose()
  return texts.map((text, at) => {
    const { ids, typeIds } = examples[at]!
    return { text, ids, typeIds, logits: Array.from(logits[at]!) }
  })
}
