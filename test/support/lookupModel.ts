import fs from 'node:fs'
import path from 'node:path'
import { writeSafetensors } from '../../src/core/model/safetensorsWriter.ts'
import { layout, writeRun, writeSweep } from '../../src/core/runs/store.ts'
import { runConfig } from './runConfig.ts'

const labels = ['O', 'B-LOC', 'I-LOC', 'B-ORG', 'I-ORG', 'B-PER', 'I-PER']
const width = 8
const positions = 256

/** How much of each tag a word has; what is left out is `O`. */
type Word = Partial<Record<string, number>>

const words: Readonly<Record<string, Word>> = {
  ada: { 'B-PER': 1 },
  byrne: { 'I-PER': 1 },
  ren: { 'B-PER': 1 },
  lisbon: { 'B-LOC': 1 },
  quay: { 'B-LOC': 1 },
  '9': { 'I-LOC': 1 },
  port: { 'B-ORG': 1 },
  authority: { 'I-ORG': 1 },
  // Doubtful: ORG or LOC.
  north: { 'B-ORG': 1, 'B-LOC': 0.96 },
  '##gate': { 'B-ORG': 1, 'B-LOC': 0.96 },
}

export interface LookupOptions {
  /** Words that this model knows otherwise. */
  readonly words?: Readonly<Record<string, Word>>
}

/**
 * A BERT whose predictions are known: attention and feed-forward layers give zero, so that a word's
 * embedding alone decides its tag.
 */
export const writeLookupModel = (folder: string, options: LookupOptions = {}): void => {
  const known = { ...words, ...options.words }
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789.,;:!?"\'()-'.split('')
  const vocabulary = [
    ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
    ...Object.keys(known),
    ...letters.filter((letter) => !(letter in known)),
    ...letters.map((letter) => `##${letter}`),
  ]
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'vocab.txt'), `${vocabulary.join('\n')}\n`)
  const config = {
    architectures: ['BertForTokenClassification'],
    model_type: 'bert',
    vocab_size: vocabulary.length,
    hidden_size: width,
    num_hidden_layers: 1,
    num_attention_heads: 1,
    intermediate_size: width,
    hidden_act: 'gelu',
    hidden_dropout_prob: 0.1,
    attention_probs_dropout_prob: 0.1,
    max_position_embeddings: positions,
    type_vocab_size: 2,
    initializer_range: 0.02,
    layer_norm_eps: 1e-12,
    id2label: Object.fromEntries(labels.map((label, at) => [at, label])),
  }
  fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config))
  const tokenizer = { do_lower_case: true, model_max_length: positions }
  fs.writeFileSync(path.join(folder, 'tokenizer_config.json'), JSON.stringify(tokenizer))
  writeSafetensors(path.join(folder, 'model.safetensors'), tensors(vocabulary, known))
}

const tensors = (vocabulary: readonly string[], known: Readonly<Record<string, Word>>) => {
  const filled = (shape: number[], value = 0) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
  })
  const embeddings = filled([vocabulary.length, width])
  vocabulary.forEach((word, row) => {
    const tags = known[word] ?? { O: 1 }
    for (const [tag, share] of Object.entries(tags)) {
      embeddings.data[row * width + labels.indexOf(tag)] = 10 * (share ?? 0)
    }
  })
  const classifier = filled([labels.length, width])
  for (let tag = 0; tag < labels.length; tag++) classifier.data[tag * width + tag] = 4
  const norm = (at: string) =>
    [
      [`${at}.LayerNorm.weight`, filled([width], 1)],
      [`${at}.LayerNorm.bias`, filled([width])],
    ] as const
  const linear = (at: string) =>
    [
      [`${at}.weight`, filled([width, width])],
      [`${at}.bias`, filled([width])],
    ] as const
  const layer = 'bert.encoder.layer.0'
  return new Map([
    ['bert.embeddings.word_embeddings.weight', embeddings],
    ['bert.embeddings.position_embeddings.weight', filled([positions, width])],
    ['bert.embeddings.token_type_embeddings.weight', filled([2, width])],
    ...norm('bert.embeddings'),
    ...['query', 'key', 'value'].flatMap((name) => linear(`${layer}.attention.self.${name}`)),
    ...linear(`${layer}.attention.output.dense`),
    ...norm(`${layer}.attention.output`),
    ...linear(`${layer}.intermediate.dense`),
    ...linear(`${layer}.output.dense`),
    ...norm(`${layer}.output`),
    ['classifier.weight', classifier],
    ['classifier.bias', filled([labels.length])],
  ])
}

/** A finished run with such a model, as a trainer leaves it. @returns the run's folder */
export const writeLookupRun = (store: string, id: string, options: LookupOptions = {}): string => {
  const sweepDir = layout.sweep(store, 'entities')
  const runDir = layout.run(sweepDir, id)
  fs.mkdirSync(layout.attempt(runDir, 1), { recursive: true })
  const known = fs.existsSync(path.join(sweepDir, 'runs'))
    ? fs.readdirSync(path.join(sweepDir, 'runs'))
    : []
  const data = { train: 'ner/train.conll', dev: 'ner/dev.conll' }
  writeSweep(sweepDir, {
    format: 1,
    id: 'entities',
    name: 'entities',
    created: 1,
    head: 'token',
    experiment: { head: 'token', data },
    runs: [...new Set([...known, id])],
    checksums: {},
    versions: { headway: '0.1.0' },
  })
  writeRun(runDir, {
    format: 1,
    id,
    sweep: 'entities',
    cell: 'lr5e-5-bs32-ep3',
    seed: 1,
    config: runConfig({ head: 'token', data, selectionMetric: 'entityF1' }),
    base: '../../../../..',
    state: 'done',
    attempt: 1,
    created: 1,
    started: 1,
    ended: Date.now(),
    metrics: { entityF1: 0.91, loss: 0.1 },
    labels,
  })
  writeLookupModel(layout.model(runDir), options)
  return runDir
}
