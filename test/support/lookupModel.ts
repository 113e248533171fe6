import fs from 'node:fs'
import path from 'node:path'
import { writeSafetensors } from '../../src/core/model/safetensorsWriter.ts'
import { layout, writeRun, writeSweep } from '../../src/core/runs/store.ts'
import { runConfig } from './runConfig.ts'

const entityTags = ['O', 'B-LOC', 'I-LOC', 'B-ORG', 'I-ORG', 'B-PER', 'I-PER']
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
  /** The tags, eight at most; the first one is that of words that it does not know. */
  readonly labels?: readonly string[]
  readonly head?: 'token' | 'qa'
}

/** What a model for questions knows a word as: where an answer may begin, and where end. */
const answerTags = ['neither', 'start', 'end']
/** Its share for "no answer": more than a word that it does not know, less than one that it does. */
const noAnswer: Readonly<Record<string, Word>> = {
  '[CLS]': { neither: 1, start: 0.5, end: 0.5 },
}

/**
 * A BERT whose predictions are known: attention and feed-forward layers give zero, so that a word's
 * embedding alone decides its tag.
 */
export const writeLookupModel = (folder: string, options: LookupOptions = {}): void => {
  const { head = 'token' } = options
  const labels = options.labels ?? (head === 'qa' ? answerTags : entityTags)
  const fitting = head === 'qa' ? noAnswer : labels === entityTags ? words : {}
  const known: Readonly<Record<string, Word>> = { ...fitting, ...options.words }
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789.,;:!?"\'()-'.split('')
  const vocabulary = [
    ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
    ...Object.keys(known).filter((word) => !word.startsWith('[')),
    ...letters.filter((letter) => !(letter in known)),
    ...letters.map((letter) => `##${letter}`),
  ]
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'vocab.txt'), `${vocabulary.join('\n')}\n`)
  const config = {
    architectures: [head === 'qa' ? 'BertForQuestionAnswering' : 'BertForTokenClassification'],
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
    ...(head === 'qa'
      ? {}
      : { id2label: Object.fromEntries(labels.map((label, at) => [at, label])) }),
  }
  fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config))
  const tokenizer = { do_lower_case: true, model_max_length: positions }
  fs.writeFileSync(path.join(folder, 'tokenizer_config.json'), JSON.stringify(tokenizer))
  const body = bodyTensors(vocabulary, known, labels)
  const top = head === 'qa' ? answerTensors() : classifierTensors(labels)
  writeSafetensors(path.join(folder, 'model.safetensors'), new Map([...body, ...top]))
}

const filled = (shape: number[], value = 0) => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
})

const classifierTensors = (labels: readonly string[]) => {
  const classifier = filled([labels.length, width])
  for (let tag = 0; tag < labels.length; tag++) classifier.data[tag * width + tag] = 4
  return [
    ['classifier.weight', classifier],
    ['classifier.bias', filled([labels.length])],
  ] as const
}

/** Start and end are the second and third of `answerTags`. */
const answerTensors = () => {
  const outputs = filled([2, width])
  outputs.data[1] = 4
  outputs.data[width + 2] = 4
  return [
    ['qa_outputs.weight', outputs],
    ['qa_outputs.bias', filled([2])],
  ] as const
}

const bodyTensors = (
  vocabulary: readonly string[],
  known: Readonly<Record<string, Word>>,
  labels: readonly string[],
) => {
  const embeddings = filled([vocabulary.length, width])
  vocabulary.forEach((word, row) => {
    const tags = known[word] ?? { [labels[0] ?? '']: 1 }
    for (const [tag, share] of Object.entries(tags)) {
      embeddings.data[row * width + labels.indexOf(tag)] = 10 * (share ?? 0)
    }
  })
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
  return [
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
  ] as const
}

const tasks = {
  token: {
    sweep: 'entities',
    data: { train: 'ner/train.conll', dev: 'ner/dev.conll' },
    selectionMetric: 'entityF1',
    metrics: { entityF1: 0.91, loss: 0.1 },
  },
  qa: {
    sweep: 'answers',
    data: { train: 'qa/train.json', dev: 'qa/dev.json', unanswerable: true },
    selectionMetric: 'f1',
    metrics: { f1: 0.8, loss: 0.5 },
  },
} as const

/** A finished run with such a model, as a trainer leaves it. @returns the run's folder */
export const writeLookupRun = (store: string, id: string, options: LookupOptions = {}): string => {
  const { head = 'token', labels = entityTags } = options
  const { sweep, data, selectionMetric, metrics } = tasks[head]
  const sweepDir = layout.sweep(store, sweep)
  const runDir = layout.run(sweepDir, id)
  fs.mkdirSync(layout.attempt(runDir, 1), { recursive: true })
  const known = fs.existsSync(path.join(sweepDir, 'runs'))
    ? fs.readdirSync(path.join(sweepDir, 'runs'))
    : []
  writeSweep(sweepDir, {
    format: 1,
    id: sweep,
    name: sweep,
    created: 1,
    head,
    experiment: { head, data },
    runs: [...new Set([...known, id])],
    checksums: {},
    versions: { headway: '0.1.0' },
  })
  writeRun(runDir, {
    format: 1,
    id,
    sweep,
    cell: 'lr5e-5-bs32-ep3',
    seed: 1,
    config: runConfig({ head, data, selectionMetric }),
    base: '../../../../..',
    state: 'done',
    attempt: 1,
    created: 1,
    started: 1,
    ended: Date.now(),
    metrics,
    labels: head === 'qa' ? [] : [...labels],
  })
  writeLookupModel(layout.model(runDir), options)
  return runDir
}
