import path from 'node:path'
import {
  annotationFormatOf,
  annotationFormats,
} from '../../core/annotation/formats/annotationFormats.ts'
import { InputError } from '../../core/errors.ts'
import { exportAnnotations } from '../export/annotations.ts'
import { exporters, wholeSweeps } from '../export/formats.ts'
import { exportToMlflow } from '../export/mlflow.ts'
import { findTarget } from '../findTarget.ts'
import { parseFlags, requiredFlag } from '../flags.ts'
import { userDir } from '../program.ts'

const types = {
  run: 'string',
  to: 'string',
  format: 'string',
  experiment: 'string',
  json: 'boolean',
} as const
type Values = ReturnType<typeof parseFlags<typeof types>>['values']

const mlflow = 'mlflow'

/** `headway export`: a run's model or numbers, or the workspace's annotations, for other programs. */
export const exportCommand = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseFlags('export', args, types, Number.POSITIVE_INFINITY)
  const { written, result } =
    values.run === undefined
      ? annotationsOf(values, positionals)
      : await runsOf(values, positionals)
  process.stdout.write(
    values.json ? `${JSON.stringify(result)}\n` : written.map((each) => `${each}\n`).join(''),
  )
  return 0
}

interface Export {
  /** Files, or pages of a server. */
  readonly written: readonly string[]
  readonly result: object
}

const annotationsOf = (values: Values, files: readonly string[]): Export => {
  const format = values.format === undefined ? undefined : annotationFormatOf(values.format)
  if (!format) {
    throw new InputError(
      `headway export: --run is missing; annotations need none, with --format ${annotationFormats.join(', ')}.`,
    )
  }
  const to = path.resolve(userDir(), requiredFlag('export', 'to', values.to))
  const { notes, ...exported } = exportAnnotations({ format, files, from: userDir(), to })
  for (const note of notes) process.stderr.write(`${note}\n`)
  return { written: exported.files, result: { format, ...exported } }
}

const runsOf = async (values: Values, more: readonly string[]): Promise<Export> => {
  const format = values.format ?? 'hf'
  checkRunFormat(format)
  if (more[0] !== undefined) {
    throw new InputError(
      `headway export: unexpected ${JSON.stringify(more[0].slice(0, 60))}; files are named for annotations, without --run.`,
    )
  }
  if (values.experiment !== undefined && format !== mlflow) {
    throw new InputError('headway export: --experiment is for --format mlflow.')
  }
  const { runs, kind } = findTarget(requiredFlag('export', 'run', values.run), userDir())
  if (kind === 'sweep' && !wholeSweeps.includes(format)) {
    throw new InputError(
      `headway export: ${values.run} is a sweep; ${format} is of one run, "headway runs" lists them.`,
    )
  }
  const ids = runs.map(({ record }) => record.id)
  const of = kind === 'run' ? { run: ids[0] } : { sweep: values.run, runs: ids }
  if (format === mlflow) {
    const server = values.to ?? process.env.MLFLOW_TRACKING_URI
    const pages = await exportToMlflow(
      runs,
      requiredFlag('export', 'to', server),
      values.experiment,
    )
    return { written: pages, result: { ...of, format, pages } }
  }
  const to = path.resolve(userDir(), requiredFlag('export', 'to', values.to))
  const files = runs.flatMap(({ dir, record }) => exporters[format]?.({ dir, record, to }) ?? [])
  return { written: files, result: { ...of, format, files } }
}

const checkRunFormat = (format: string): void => {
  if (format === mlflow || Object.hasOwn(exporters, format)) return
  const quoted = JSON.stringify(format.slice(0, 60))
  throw new InputError(
    annotationFormatOf(format)
      ? `headway export: ${quoted} is a format of annotations, which belong to no run; leave --run out.`
      : `headway export: the format ${quoted} is none of ${[...Object.keys(exporters), mlflow].join(', ')}.`,
  )
}
