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
  readonly head?: 'token' | 'qa' | 'sentence' | 'pair'
  /** Of the head `sentence`: one score, the higher the more of the second label. */
  readonly regression?: boolean
  /** The run's sweep, where it is not its head's. */
  readonly sweep?: string
}

/** What a model for questions knows a word as: where an answer may begin, and where end. */
const answerTags = ['neither', 'start', 'end']
/** Its share for "no answer": more than a word that it does not know, less than one that it does. */
const noAnswer: Readonly<Record<string, Word>> = {
  '[CLS]': { neither: 1, start: 0.5, end: 0.5 },
}

/** A text's class is that of the words in it that the model knows; a second text's is the last one. */
const textLabels = ['negative', 'positive', 'pair']
const textWords: Readonly<Record<string, Word>> = {
  good: { positive: 1 },
  bad: { negative: 1 },
}

const defaults = {
  token: { labels: entityTags, words },
  qa: { labels: answerTags, words: noAnswer },
  sentence: { labels: textLabels.slice(0, 2), words: textWords },
  pair: { labels: textLabels, words: textWords },
} as const

/**
 * A BERT whose predictions are known: attention and feed-forward layers give zero, so that a word's
 * embedding alone decides its tag. With a class for a whole text attention is the words' average.
 */
export const writeLookupModel = (folder: string, options: LookupOptions = {}): void => {
  const { head = 'token' } = options
  const usual = defaults[head]
  const labels = options.labels ?? usual.labels
  const fitting = labels === usual.labels ? usual.words : {}
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
    architectures: [architectures[head]],
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
    ...(head === 'qa' || options.regression
      ? {}
      : { id2label: Object.fromEntries(labels.map((label, at) => [at, label])) }),
  }
  fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config))
  const tokenizer = { do_lower_case: true, model_max_length: positions }
  fs.writeFileSync(path.join(folder, 'tokenizer_config.json'), JSON.stringify(tokenizer))
  const ofTexts = head === 'sentence' || head === 'pair'
  const tensors = new Map<string, Filled>([
    ...bodyTensors(vocabulary, known, labels, ofTexts ? undefined : labels[0]),
    ...(head === 'qa' ? answerTensors() : classifierTensors(labels, options.regression)),
  ])
  if (ofTexts) averageWords(tensors, labels)
  writeSafetensors(path.join(folder, 'model.safetensors'), tensors)
}

const architectures = {
  token: 'BertForTokenClassification',
  qa: 'BertForQuestionAnswering',
  sentence: 'BertForSequenceClassification',
  pair: 'BertForSequenceClassification',
} as const

/** Queries and keys are zero, and so attention is alike everywhere: [CLS] becomes the average. */
const averageWords = (tensors: Map<string, Filled>, labels: readonly string[]): void => {
  for (const name of [
    'bert.encoder.layer.0.attention.self.value.weight',
    'bert.encoder.layer.0.attention.output.dense.weight',
    'bert.pooler.dense.weight',
  ]) {
    const identity = filled([width, width])
    for (let at = 0; at < width; at++) identity.data[at * width + at] = 1
    tensors.set(name, identity)
  }
  tensors.set('bert.pooler.dense.bias', filled([width]))
  const segments = filled([2, width])
  const pair = labels.indexOf('pair')
  if (pair >= 0) segments.data[width + pair] = 30
  tensors.set('bert.embeddings.token_type_embeddings.weight', segments)
}

type Filled = ReturnType<typeof filled>

const filled = (shape: number[], value = 0) => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
})

const classifierTensors = (labels: readonly string[], regression = false) => {
  const outputs = regression ? 1 : labels.length
  const classifier = filled([outputs, width])
  if (regression) classifier.data[1] = 4
  else for (let tag = 0; tag < outputs; tag++) classifier.data[tag * width + tag] = 4
  return [
    ['classifier.weight', classifier],
    ['classifier.bias', filled([outputs])],
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
  unknown: string | undefined,
) => {
  const embeddings = filled([vocabulary.length, width])
  vocabulary.forEach((word, row) => {
    const tags = known[word] ?? (unknown === undefined ? {} : { [unknown]: 1 })
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
  sentence: {
    sweep: 'moods',
    data: { train: 'moods/train.tsv', dev: 'moods/dev.tsv' },
    selectionMetric: 'accuracy',
    metrics: { accuracy: 0.9, loss: 0.2 },
  },
  pair: {
    sweep: 'pairs',
    data: { train: 'moods/pairs.tsv' },
    selectionMetric: 'accuracy',
    metrics: { accuracy: 0.9, loss: 0.2 },
  },
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
  const { head = 'token', regression = false } = options
  const { labels = defaults[head].labels } = options
  const { data, selectionMetric, metrics } = tasks[head]
  const { sweep = tasks[head].sweep } = options
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
    config: runConfig({ head, data, selectionMetric, regression }),
    base: '../../../../..',
    state: 'done',
    attempt: 1,
    created: 1,
    started: 1,
    ended: Date.now(),
    metrics,
    labels: head === 'qa' || regression ? [] : [...labels],
  })
  writeLookupModel(layout.model(runDir), options)
  return runDir
}
