import { type Static, type TSchema, Type } from 'typebox'

/** The four task heads (DESIGN §1). */
export const taskHeads = ['sentence', 'pair', 'token', 'qa'] as const
export type TaskHead = (typeof taskHeads)[number]
/** A union of a list's literals; typed by hand, since a mapped array loses its members' types. */
export const literalUnion = <T extends readonly string[]>(values: T, description?: string) =>
  Type.Unsafe<T[number]>(
    Type.Union(
      values.map((value) => Type.Literal(value)),
      description === undefined ? {} : { description },
    ),
  )
export const TaskHeadSchema = literalUnion(taskHeads)

/** Metrics that can rank runs; keys as in a run's `metrics` (DESIGN §9). */
export const selectionMetrics = [
  'accuracy',
  'f1',
  'macroF1',
  'mcc',
  'pearson',
  'spearman',
  'entityF1',
  'tokenAccuracy',
  'exactMatch',
] as const
export type SelectionMetric = (typeof selectionMetrics)[number]

export const presets = ['paper', 'stable', 'small'] as const
export type PresetName = (typeof presets)[number]

export const precisions = ['auto', 'fp32', 'bf16'] as const
export type Precision = (typeof precisions)[number]

export const backends = ['auto', 'tensorflow', 'wasm'] as const
export type Backend = (typeof backends)[number]

const oneOrMany = <T extends TSchema>(item: T, description: string) =>
  Type.Union([item, Type.Array(item, { minItems: 1, uniqueItems: true })], { description })

const column = (what: string) =>
  Type.Union([Type.String({ minLength: 1 }), Type.Integer({ minimum: 0 })], {
    description: `${what}: the column's name, or its number from 0 where the file has no header. Guessed when left out.`,
  })

export const DataSchema = Type.Object(
  {
    train: Type.String({
      minLength: 1,
      description:
        'Training data: a file, relative to this one, or a data set of the Hugging Face Hub, hub:owner/name[@revision][/subset][:split].',
    }),
    dev: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Dev data. Left out, `devSplit` of the training data is held out.',
      }),
    ),
    test: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Test data: the chosen cell is scored on it once, at the end.',
      }),
    ),
    devSplit: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        default: 0.1,
        description: 'Share of the training data held out as dev where `dev` is left out.',
      }),
    ),
    textColumn: Type.Optional(column('The text (of a pair: the first)')),
    textPairColumn: Type.Optional(column('The second text of a pair')),
    labelColumn: Type.Optional(column('The label, or the score')),
    questionColumn: Type.Optional(column('The question')),
    contextColumn: Type.Optional(column('The context')),
    answerColumn: Type.Optional(column('The right answers to a question')),
    answerStartColumn: Type.Optional(column('Where they begin in the context, in characters')),
    unanswerable: Type.Optional(
      Type.Boolean({
        description:
          'Whether a question may have no answer (SQuAD 2.0). Left out: where the training data have such questions.',
      }),
    ),
    labels: Type.Optional(
      Type.Array(Type.String(), { minItems: 2, uniqueItems: true, description: 'Label order.' }),
    ),
    positiveLabel: Type.Optional(
      Type.String({ description: 'The class that binary F1, precision and recall speak of.' }),
    ),
    header: Type.Optional(
      Type.Boolean({
        description: 'Whether the first row of a table names its columns. Guessed when left out.',
      }),
    ),
    quotes: Type.Optional(
      Type.Boolean({
        description:
          'Whether a field of a table may stand in double quotes. Left out: in CSV it may, in TSV a quote is a quote.',
      }),
    ),
    skipBadRows: Type.Optional(
      Type.Boolean({ default: false, description: 'Skip rows that cannot be read; counted.' }),
    ),
  },
  { additionalProperties: false, description: 'The files and what their columns mean.' },
)

/** Whose weights stay once a sweep is over; results always do. */
export const keepModels = ['best', 'all', 'none'] as const
export type KeepModels = (typeof keepModels)[number]

/** Where a sweep's trainers run: on this machine, or as a job of a cluster. */
export const executors = ['local', 'slurm'] as const
export type Executor = (typeof executors)[number]

/** What a Slurm job asks for (`headway sweep --executor slurm`). Each text is a single word. */
export const SlurmSchema = Type.Object(
  {
    partition: Type.Optional(Type.String({ pattern: '^[\\w.,-]+$' })),
    account: Type.Optional(Type.String({ pattern: '^[\\w.-]+$' })),
    time: Type.Optional(
      Type.String({ pattern: '^[0-9:-]+$', description: 'Limit of one task, as 2:00:00.' }),
    ),
    workers: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, description: 'Tasks at once, a trainer each.' }),
    ),
    gpus: Type.Optional(Type.Integer({ minimum: 0, maximum: 64, description: 'Of each task.' })),
    cpus: Type.Optional(Type.Integer({ minimum: 1, maximum: 1024, description: 'Of each task.' })),
    memory: Type.Optional(
      Type.String({ pattern: '^[0-9]+[KMGT]?$', description: 'Of each task, as 16G.' }),
    ),
    modules: Type.Optional(
      Type.Array(Type.String({ pattern: '^[\\w.+/-]+$' }), { description: 'For `module load`.' }),
    ),
  },
  { additionalProperties: false, description: 'What a job on a Slurm cluster asks for.' },
)
export type SlurmSettings = Static<typeof SlurmSchema>

/** `NAME.headway.json` (DESIGN §7). A list where a value could stand makes a grid. */
export const ExperimentSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    head: literalUnion(taskHeads, 'The task head put on top of BERT.'),
    model: Type.Optional(
      Type.String({
        minLength: 1,
        default: 'sentence-transformers/all-MiniLM-L6-v2',
        description: 'A Hugging Face id, or the path of a folder with a BERT in it.',
      }),
    ),
    data: DataSchema,
    grid: Type.Optional(
      Type.Literal('paper', {
        description: 'Learning rate 2e-5, 3e-5, 5e-5 × batch size 16, 32 × epochs 2, 3, 4.',
      }),
    ),
    learningRate: Type.Optional(
      oneOrMany(
        Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
        'Peak learning rate; a list makes a grid.',
      ),
    ),
    batchSize: Type.Optional(
      oneOrMany(
        Type.Integer({ minimum: 1, maximum: 4096 }),
        'Examples per optimizer step; a list makes a grid.',
      ),
    ),
    epochs: Type.Optional(
      oneOrMany(
        Type.Integer({ minimum: 1, maximum: 1000 }),
        'Passes over the training data; a list makes a grid.',
      ),
    ),
    seeds: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }), {
        minItems: 1,
        uniqueItems: true,
        description: 'One run of each cell per seed.',
      }),
    ),
    maxLength: Type.Optional(
      oneOrMany(
        Type.Integer({ minimum: 4, maximum: 8192 }),
        'Longest sequence, in word pieces, special tokens included: 128, qa: 384; a list makes a grid.',
      ),
    ),
    stride: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'What windows over long documents share, in pieces; qa: 128.',
      }),
    ),
    preset: Type.Optional(
      literalUnion(
        presets,
        'paper: the paper; stable: Mosbach 2021; small: learning rates of small BERTs.',
      ),
    ),
    precision: Type.Optional(
      literalUnion(precisions, 'Of matrix products; weights and moments are always fp32.'),
    ),
    backend: Type.Optional(
      literalUnion(backends, 'tensorflow where the runtime is installed, else wasm.'),
    ),
    selectionMetric: Type.Optional(literalUnion(selectionMetrics, 'The metric that ranks runs.')),
    regression: Type.Optional(
      Type.Boolean({ description: 'Labels are scores (sentence and pair heads).' }),
    ),
    weightDecay: Type.Optional(
      oneOrMany(
        Type.Number({ minimum: 0, maximum: 1 }),
        'Decoupled, not on biases and LayerNorm: 0.01; a list makes a grid.',
      ),
    ),
    warmup: Type.Optional(
      oneOrMany(
        Type.Number({ minimum: 0, maximum: 1 }),
        'Share of all steps that warm up: 0.1; a list makes a grid.',
      ),
    ),
    dropout: Type.Optional(
      oneOrMany(
        Type.Number({ minimum: 0, exclusiveMaximum: 1 }),
        'Of hidden states and attention: 0.1; a list makes a grid.',
      ),
    ),
    gradientAccumulation: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Micro-batches per optimizer step.' }),
    ),
    earlyStopping: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Stop a cell after an epoch at which it is worse than the median of the others (Golovin 2017); what was stopped is not ranked.',
      }),
    ),
    keepModels: Type.Optional(
      literalUnion(
        keepModels,
        'Whose weights stay once the sweep is over: those of the best cell and of starred runs (default of a grid), all (default of a single cell), or only starred ones. Results are always kept.',
      ),
    ),
    executor: Type.Optional(
      literalUnion(
        executors,
        'Where it trains: on this machine (default), or as a job array of a Slurm cluster.',
      ),
    ),
    slurm: Type.Optional(SlurmSchema),
  },
  {
    additionalProperties: false,
    title: 'Headway experiment',
    description: 'One fine-tune of BERT, or a grid of them.',
  },
)
export type ExperimentFile = Static<typeof ExperimentSchema>
export type DataFiles = Static<typeof DataSchema>
