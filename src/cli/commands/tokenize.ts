import { loadTokenizer } from '../../core/tokenizer/loadTokenizer.ts'
import { numberFlag, parseFlags, requiredFlag } from '../flags.ts'
import { findModelFolder } from '../machine.ts'
import { userDir } from '../program.ts'

/** `headway tokenize`: a text's word pieces, as the model's tokenizer gives them. */
export const tokenizeCommand = async (args: readonly string[]): Promise<number> => {
  const { values } = parseFlags('tokenize', args, {
    model: 'string',
    text: 'string',
    'text-pair': 'string',
    'max-length': 'string',
    json: 'boolean',
  } as const)
  const model = requiredFlag('tokenize', 'model', values.model)
  const text = values.text ?? requiredFlag('tokenize', 'text', values.text)
  const maxLength = numberFlag('tokenize', 'max-length', values['max-length'])
  const tokenizer = loadTokenizer(await findModelFolder(model, userDir()))
  const { ids, tokens, typeIds, offsets } = tokenizer.encode(text, {
    ...(values['text-pair'] === undefined ? {} : { textPair: values['text-pair'] }),
    ...(maxLength === undefined ? {} : { maxLength }),
  })
  process.stdout.write(`${JSON.stringify({ ids, tokens, typeIds, offsets })}\n`)
  return 0
}
