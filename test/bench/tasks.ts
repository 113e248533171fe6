import path from 'node:path'

/** One set of ../shared/data with its recipe; what torch_task.py reads, too. */
export interface Task {
  readonly id: string
  readonly title: string
  readonly head: 'sentence' | 'pair' | 'token' | 'qa'
  readonly train: string
  readonly dev: string
  readonly test?: string
  /** Of a table: names, or numbers where it has no header. */
  readonly columns?: Readonly<Record<string, string | number>>
  readonly regression?: boolean
  readonly learningRate: number
  readonly batchSize: number
  readonly epochs: number
  readonly maxLength: number
  readonly stride?: number
  /** What its row of the table shows. */
  readonly metrics: readonly string[]
}

const recipe = { learningRate: 5e-5, batchSize: 32, epochs: 3, maxLength: 128 } as const

/** The recipes of ../shared/data/README.md, the same for the sets that it does not name; short ones first. */
export const tasksOf = (data: string): readonly Task[] => {
  const at = (...parts: string[]) => path.join(data, ...parts)
  const table = (folder: string) => ({
    train: at(folder, 'train.tsv'),
    dev: at(folder, 'dev.tsv'),
  })
  return [
    {
      id: 'sst2',
      title: 'SST-2 (5,000)',
      head: 'sentence',
      ...table('sst2'),
      columns: { text: 'sentence', label: 'label' },
      ...recipe,
      metrics: ['accuracy'],
    },
    {
      id: 'cola',
      title: 'CoLA',
      head: 'sentence',
      ...table('cola'),
      columns: { text: 3, label: 1 },
      ...recipe,
      metrics: ['mcc'],
    },
    {
      id: 'wnut17',
      title: 'WNUT-17',
      head: 'token',
      train: at('wnut17', 'wnut17train.conll'),
      dev: at('wnut17', 'emerging.dev.conll'),
      test: at('wnut17', 'emerging.test.annotated'),
      ...recipe,
      metrics: ['entityF1'],
    },
    {
      id: 'ewt',
      title: 'UD EWT, UPOS (4,000)',
      head: 'token',
      train: at('ud_ewt', 'train-4000.conllu'),
      dev: at('ud_ewt', 'en_ewt-ud-dev.conllu'),
      test: at('ud_ewt', 'en_ewt-ud-test.conllu'),
      ...recipe,
      metrics: ['tokenAccuracy'],
    },
    {
      id: 'rte',
      title: 'RTE',
      head: 'pair',
      ...table('rte'),
      columns: { text: 'sentence1', pair: 'sentence2', label: 'label' },
      ...recipe,
      batchSize: 16,
      metrics: ['accuracy'],
    },
    {
      id: 'mrpc',
      title: 'MRPC',
      head: 'pair',
      ...table('mrpc'),
      columns: { text: '#1 String', pair: '#2 String', label: 'Quality' },
      ...recipe,
      batchSize: 16,
      metrics: ['f1', 'accuracy'],
    },
    {
      id: 'stsb',
      title: 'STS-B',
      head: 'pair',
      ...table('stsb'),
      columns: { text: 'sentence1', pair: 'sentence2', label: 'score' },
      regression: true,
      ...recipe,
      metrics: ['spearman', 'pearson'],
    },
    {
      id: 'mnli',
      title: 'MNLI (7,999)',
      head: 'pair',
      ...table('mnli'),
      columns: { text: 'sentence1', pair: 'sentence2', label: 'gold_label' },
      ...recipe,
      metrics: ['accuracy'],
    },
    {
      id: 'conll03',
      title: 'CoNLL-2003',
      head: 'token',
      train: at('conll03', 'eng.train.iob2.conll'),
      dev: at('conll03', 'eng.testa.iob2.conll'),
      test: at('conll03', 'eng.testb.iob2.conll'),
      ...recipe,
      metrics: ['entityF1'],
    },
    {
      id: 'squad',
      title: 'SQuAD 2,000 / 500',
      head: 'qa',
      train: at('squad', 'train2000.json'),
      dev: at('squad', 'dev500.json'),
      ...recipe,
      batchSize: 16,
      maxLength: 256,
      stride: 96,
      metrics: ['f1', 'exactMatch'],
    },
  ]
}
