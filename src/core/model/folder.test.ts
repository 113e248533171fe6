import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import { InputError } from '../errors.ts'
import { type BertConfig, parseBertConfig } from './bertConfig.ts'
import { bertWeightShapes } from './bertWeights.ts'
import { checkModelFolder } from './folder.ts'
import { type TensorData, writeSafetensors } from './safetensorsWriter.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

const json = {
  model_type: 'bert',
  vocab_size: 10,
  hidden_size: 4,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 8,
  max_position_embeddings: 16,
}
const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'a', 'b', 'c', 'd', 'e', 'f']

const zeros = (config: BertConfig): Map<string, TensorData> =>
  new Map(
    [...bertWeightShapes(config)].map(([name, shape]) => {
      const size = shape.reduce((product, each) => product * each, 1)
      return [name, { shape, data: new Float32Array(size) }]
    }),
  )

const writeModel = (rename: (name: string) => string = (name) => name): void => {
  files.write('config.json', JSON.stringify(json))
  files.write('vocab.txt', `${words.join('\n')}\n`)
  const weights = [...zeros(parseBertConfig(json, 'c'))].map(
    ([name, data]) => [rename(name), data] as const,
  )
  writeSafetensors(path.join(files.dir, 'model.safetensors'), new Map(weights))
}

beforeEach(() => writeModel())
const check = () => checkModelFolder(files.dir)

describe('a model folder', () => {
  it('is taken with any spelling of BERT’s names', () => {
    expect(check().names.size).toBe(5 + 2 * 16 + 2)
    writeModel((name) =>
      `bert.${name}`.replace('Norm.weight', 'Norm.gamma').replace('Norm.bias', 'Norm.beta'),
    )
    expect(check().names.get('embeddings.LayerNorm.bias')).toBe('bert.embeddings.LayerNorm.beta')
  })

  it('may lack the pooler, nothing else', () => {
    writeModel((name) => name.replace('pooler', 'other'))
    expect(check().names.has('pooler.dense.weight')).toBe(false)
    writeModel((name) => name.replace('layer.1', 'layer.9'))
    expect(check).toThrow(/lacks "encoder\.layer\.1\.attention\.self\.query\.weight"/)
  })

  const faults: [string, () => void, RegExp][] = [
    [
      'a vocabulary of another size',
      () => files.write('vocab.txt', words.slice(0, 9).join('\n')),
      /vocab\.txt has 9 entries, config\.json says vocab_size 10/,
    ],
    [
      'a vocabulary without [CLS]',
      () => files.write('vocab.txt', words.join('\n').replace('[CLS]', 'cls')),
      /lacks the token \[CLS\]/,
    ],
    [
      'weights of another shape',
      () => files.write('config.json', JSON.stringify({ ...json, intermediate_size: 12 })),
      /"encoder\.layer\.0\.intermediate\.dense\.weight" has the shape \[8, 4\], config\.json asks for \[12, 4\]/,
    ],
    [
      'truncated weights',
      () => fs.truncateSync(path.join(files.dir, 'model.safetensors'), 3000),
      /is truncated/,
    ],
    [
      'a pickle only',
      () => {
        fs.renameSync(
          path.join(files.dir, 'model.safetensors'),
          path.join(files.dir, 'pytorch_model.bin'),
        )
      },
      /pytorch_model\.bin is a pickle .* convert it/,
    ],
    [
      'another kind of model',
      () => files.write('config.json', JSON.stringify({ ...json, model_type: 'roberta' })),
      /is of a "roberta" model; Headway fine-tunes BERT/,
    ],
    [
      'heads that do not divide',
      () => files.write('config.json', JSON.stringify({ ...json, num_attention_heads: 3 })),
      /hidden_size 4 is not divisible by num_attention_heads 3/,
    ],
    [
      'sizes that are none',
      () => files.write('config.json', JSON.stringify({ ...json, hidden_size: -4 })),
      /"hidden_size" must be/,
    ],
    [
      'a damaged tokenizer.json',
      () => files.write('tokenizer.json', '{'),
      /tokenizer\.json is not valid JSON/,
    ],
    [
      'a tokenizer_config.json that is a list',
      () => files.write('tokenizer_config.json', '[]'),
      /tokenizer_config\.json is not a JSON object/,
    ],
    ['a config that is no JSON', () => files.write('config.json', '{'), /is not valid JSON/],
    [
      'no config',
      () => fs.rmSync(path.join(files.dir, 'config.json')),
      /config\.json is missing from the model folder/,
    ],
  ]
  it.each(faults)('is refused with %s', (_, spoil, message) => {
    for (const name of ['pytorch_model.bin', 'tokenizer.json', 'tokenizer_config.json']) {
      fs.rmSync(path.join(files.dir, name), { force: true })
    }
    spoil()
    expect(check).toThrow(InputError)
    expect(check).toThrow(message)
  })
})
