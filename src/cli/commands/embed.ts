import { predictorOptions } from '../backendFlags.ts'
import { parseFlags, requiredFlag } from '../flags.ts'
import { findModelFolder } from '../machine.ts'
import { userDir } from '../program.ts'

/** `headway embed`: the last layer's states of a text, for comparison with other programs. */
export const embedCommand = async (args: readonly string[]): Promise<number> => {
  const { values } = parseFlags('embed', args, {
    model: 'string',
    text: 'string',
    'text-pair': 'string',
    'max-length': 'string',
    backend: 'string',
    json: 'boolean',
  } as const)
  const model = requiredFlag('embed', 'model', values.model)
  const text = values.text ?? requiredFlag('embed', 'text', values.text)
  const options = predictorOptions('embed', {
    backend: values.backend,
    maxLength: values['max-length'],
  })
  const folder = await findModelFolder(model, userDir())
  const { loadEmbedder } = await import('../../engine/embedder.ts')
  const embedder = await loadEmbedder(folder, options)
  const textPair = values['text-pair']
  const hidden = embedder.embed(textPair === undefined ? { text } : { text, textPair })
  process.stdout.write(`${JSON.stringify({ hidden })}\n`)
  return 0
}
