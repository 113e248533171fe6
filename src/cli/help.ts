const overview = `headway: fine-tune BERT, compare the runs, use the result

  headway setup [--gpu]                 install what training stands on
  headway doctor                        say what is there and what is missing
  headway data FILE… [--head H]         what is in the data: labels, lengths, duplicates, time it takes
  headway train --train F [--dev F]     fine-tune once
  headway sweep FILE.headway.json       all runs of an experiment, or those still missing
  headway resume RUN|SWEEP              go on from the last checkpoints (also: retry)
  headway stop RUN|SWEEP                stop what runs, take out what waits (also: pause, cancel)
  headway first RUN                     work on this run next
  headway runs [SWEEP]                  the runs of this folder, ranked
  headway star|archive|hide RUN|SWEEP   mark it (--off: take the mark away)
  headway note|rename RUN|SWEEP TEXT    say something about it
  headway delete RUN|SWEEP              into the trash for seven days; headway restore brings it back
  headway evaluate --run R --data F     a run's metrics on other data
  headway score --head H --gold F       metrics of any predictions (--predicted F), no model
  headway predict --run R --text T      what a run says of a text (or --input F: of each row)
  headway export --run R --to DIR       a run's model (hf), numbers (csv, tensorboard, mlflow) or
                                        predictions (conll, squad)
  headway export --format F --to DIR    annotations (conll, jsonl, spacy, brat, doccano, label-studio)
  headway embed --model M --text T      the last layer's states
  headway tokenize --model M --text T   a text's word pieces
  headway bench                         the engine's figures on this machine
  headway help COMMAND                  a command's flags

--json: the last line of stdout is one JSON object. Progress goes to stderr.
RUN is an id, a unique start of one, or a folder.
Exit codes: 0 done, 1 the work failed, 2 the call or the input was wrong, 130 interrupted.
`

const details: Readonly<Record<string, string>> = {
  train: `headway train --train FILE [flags]

  --head sentence          the task head: sentence, pair, token or qa (sentence)
  --model M                a Hugging Face id or a folder (sentence-transformers/all-MiniLM-L6-v2)
  --train F                training data: TSV, CSV, JSON, JSONL, CoNLL, CoNLL-U, SQuAD, Parquet, or
                           a data set of the Hub (hub:owner/name)
  --dev F                  dev data; left out, a share of the training data is held out
  --dev-split 0.1          that share
  --test F                 test data, scored once at the end; not with --out
  --text-column C          name, or number from 0; guessed when left out
  --text-pair-column C --label-column C   likewise
  --question-column --context-column --answer-column --answer-start-column   of qa, likewise
  --labels A,B,C           label order (sorted)
  --positive-label L       the class that f1, precision and recall speak of
  --regression             labels are scores
  --skip-bad-rows          skip rows that cannot be read
  --header --no-header     whether a table's first row names its columns; told from it when left out
  --quotes --no-quotes     whether a table's fields may stand in double quotes (CSV: yes, TSV: no)
  --preset paper           paper, stable or small
  --lr --batch-size --epochs --seed --max-length --stride
  --weight-decay --warmup --dropout --gradient-accumulation
  --selection-metric M     the metric that ranks runs
  --precision auto         fp32, bf16 or auto
  --backend auto           tensorflow, wasm or auto
  --name N                 the sweep's name
  --out DIR                keep the run in DIR, not in ./.headway
  --force                  train anew what is finished
  --json
`,
  data: `headway data TRAIN [DEV [TEST]] [flags]
headway data FILE.headway.json

Reads the data once and says what is in them and what is wrong with them, with file and line, and the
time that a run and the paper's grid will take here. Exit code 2 where a launch would stop.

  --head H                 sentence, pair, token or qa; guessed from the file when left out
  --model M                whose word pieces and speed are meant (sentence-transformers/all-MiniLM-L6-v2)
  --max-length N           longest sequence in word pieces (128; qa 384)
  --text-column --text-pair-column --label-column --question-column --context-column
  --answer-column --answer-start-column
  --labels A,B,C           label order (sorted)
  --regression             labels are scores
  --skip-bad-rows          bad rows are warnings, not errors
  --header --no-header --quotes --no-quotes   of a table; as for train
  --no-estimate            do not measure a training step
  --json                   {head, maxLength, files, findings, estimate}
`,
  sweep: `headway sweep FILE.headway.json [flags]

Runs all runs of an experiment that are not finished, and keeps them beside the file, in .headway.
Where data.test is given, the chosen run is scored on it once all are over. Ends with the answer in
words: the best cell, its mean over the seeds and its ±, and what cannot be told from it.

  --parallel N             so many trainers side by side: a graphics processor each, in turn, or a
                           share of the cores (which no faster machine comes of)
  --executor local|slurm   as a job array of a Slurm cluster, over a shared folder; the experiment's
                           "executor" when left out, else local
  --workers --partition --account --time --gpus --cpus --memory --modules A,B
                           what that job asks for; as the experiment's "slurm" says when left out
  --force                  train anew what is finished
  --json                   {sweep, best, chosenOn, test, cells: [{cell, mean, spread, verdict, behind,
                           runs}], runs: [{run, cell, seed, state, metrics}]}
`,
  resume: `headway resume RUN|SWEEP [--executor local|slurm] [--json]

Goes on from the last checkpoints of runs that were stopped, paused or interrupted, and tries failed
ones again. Of a RUN that was stopped early it finishes the rest; a SWEEP leaves those alone. A sweep
whose experiment says "executor": "slurm" is submitted again; --executor says otherwise.
`,
  retry: 'headway retry RUN|SWEEP [--json]: as headway resume.\n',
  stop: `headway stop RUN|SWEEP [--json]

A running run stops at its next step and leaves a checkpoint; those that wait are taken out of the
queue. "headway resume" goes on.
`,
  cancel: 'headway cancel RUN|SWEEP [--json]: as headway stop.\n',
  pause: `headway pause RUN|SWEEP [--json]

As headway stop, but the runs are recorded as paused: you mean to go on with "headway resume".
`,
  first: `headway first RUN

Works on this run next, after the one at work.
`,
  star: 'headway star RUN|SWEEP [--off]: a starred run keeps its weights, whatever keepModels says.\n',
  archive:
    'headway archive RUN|SWEEP [--off]: out of "headway runs", unless --archived is given.\n',
  hide: 'headway hide RUN|SWEEP [--off]: out of the charts.\n',
  note: 'headway note RUN|SWEEP TEXT: an empty text takes the note away.\n',
  rename: 'headway rename RUN|SWEEP NAME: what is shown; an empty name is the old one.\n',
  delete: `headway delete RUN|SWEEP [--json]

Moves it into .headway/trash, where it stays for seven days.
`,
  restore: `headway restore [ID] [--json]

Brings back what was deleted last, or what "headway delete" named so.
`,
  runs: `headway runs [SWEEP] [--json|--csv] [--sizes] [--archived]

Lists the runs of this folder, best first: by their cell's mean of the selection metric over its seeds,
with ± and verdict, and the answer in words after each sweep. --sizes adds what runs and sweeps take
on disk, --archived those that were archived. --json has, for each sweep, what "headway sweep" has.
`,
  evaluate: `headway evaluate --run RUN --data FILE [flags]

Scores a run's model on a file, with the metrics that "headway score" gives of the same predictions.
RUN may be the folder of a fine-tuned model, FILE a Parquet file or a data set of the Hub
(hub:owner/name, whose validation split is meant where none is named).

  --text-column --text-pair-column --label-column --question-column --context-column
  --answer-column --answer-start-column   of the file; as in training when left out
  --positive-label L       the class that f1, precision and recall speak of
  --predictions FILE       write them there, one JSON object a line, as in a run's folder
  --unanswerable --skip-bad-rows --max-length --precision --backend
  --header --no-header --quotes --no-quotes   of a table; as in training when left out
  --json                   {run, examples, metrics, confusion: {labels, counts: [gold][predicted]}}
`,
  score: `headway score --head token|qa|sentence|pair --gold FILE --predicted FILE [flags] [--json]

Metrics of any predictions, without a model, as the reference scorers give them.

  token           two CoNLL files (the last column is the tag) or CoNLL-U (UPOS); without
                  --predicted, one file whose last two columns are gold and predicted (seqeval)
  qa              SQuAD JSON and a JSON object from question id to answer (SQuAD 1.1, 2.0)
  sentence, pair  one label a line, or a table or JSONL with a label column (scikit-learn, SciPy);
                  a first line that can only be the column's name is left out, and named on stderr

  --label-column C       the column of the labels: a name, or a number from 0
  --predicted-column C   that of the predicted file, where it has another name
  --labels A,B,C         label order (sorted)
  --positive-label L     the class that f1, precision and recall speak of
  --regression           labels are scores; taken for granted where they have fractions

--json: {head, metrics, confusion: {labels, counts: [gold][predicted]}, …}; confusion of at most 100
classes. Predicted rows with "probabilities", as headway predict writes them and a run keeps them in
predictions.jsonl, give ece too.
`,
  predict: `headway predict --run RUN (--text T [--text-pair T] | --input FILE) [flags]

One JSON object a line: labels with probabilities, words with tags and entities, or an answer with its
span. RUN may be the folder of a fine-tuned model. FILE may be Parquet or a data set of the Hub
(hub:owner/name, its test split); --input - reads standard input line by line.

  --text-column --text-pair-column --label-column --question-column --context-column
                           of the file; guessed
  --context FILE           of a question (--text T, or --input - with a question a line)
  --nbest 20               how many answers to tell
  --unanswerable           "no answer" may be one; left out, where the run has trained on such questions
  --skip-bad-rows --max-length --precision --backend
  --header --no-header --quotes --no-quotes   of a table; as in training when left out
`,
  export: `headway export --run RUN --to DIR [--format hf|csv|tensorboard|conll|squad] [--json]
headway export --run RUN --format mlflow [--to http://127.0.0.1:5000 --experiment NAME]
headway export [FILE…] --to DIR --format F

  hf            the fine-tuned model as transformers loads it; DIR is new
  csv           loss, learning rate and dev metrics, a number a row; RUN may be a sweep
  tensorboard   the same as an event file; export several runs, or a sweep, to one DIR
  mlflow        parameters, curves and tags to an MLflow server (MLFLOW_TRACKING_URI when --to is left
                out), into the experiment NAME (the sweep's); RUN may be a sweep
  conll         dev predictions of the head token: word, gold and predicted tag
  squad         dev predictions of the head qa: an object from question id to answer

Without --run: the gold annotations of these files, or of all in this folder, as conll, conll-bioes,
jsonl, spacy, brat, doccano or label-studio.
`,
  embed: `headway embed --model M --text T [--backend B]

{"hidden": [tokens][hidden size]}: the last layer's states. Also --text-pair T, --max-length N.
`,
  tokenize: `headway tokenize --model M --text T [--text-pair T --max-length N]

{"ids", "tokens", "typeIds", "offsets"}; offsets are UTF-16 units of the text.
`,
  bench: `headway bench [flags]

  --model minilm           a size with random weights (tiny, minilm, base, large), a Hugging Face id
                           or a folder
  --shapes 32x32,32x128    batch size x word pieces
  --precision fp32,bf16    one or both; left out, what this processor has
  --backend auto           tensorflow, wasm, auto or both
  --steps 10               timed steps a shape, after two that are left out
  --json

Median training step (dropout, masks, clipping and AdamW in it; loss fetched), prediction of the same
batch, time to record, peak memory, and the share of the speed that large matrix products alone reach.
`,
  setup: `headway setup [--gpu] [--index URL] [--json]

Installs TensorFlow's library, its binding and the starter model into the user's cache.
`,
  doctor: `headway doctor [--json]

Says what of the runtime is there, what is missing and what mends it.
`,
}

/** The flags of a command, or all commands in one line each. */
export const helpText = (command: string | undefined): string =>
  (command !== undefined && Object.hasOwn(details, command) ? details[command] : undefined) ??
  overview
