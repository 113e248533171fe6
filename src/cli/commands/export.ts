import path from 'node:path'
import { InputError } from '../../core/errors.ts'
import { exporters } from '../export/formats.ts'
import { findRun } from '../findRun.ts'
import { parseFlags, requiredFlag } from '../flags.ts'
import { userDir } from '../program.ts'

/** `headway export`: a run's model or numbers, for other programs. */
export const exportCommand = async (args: readonly string[]): Promise<number> => {
  const { values } = parseFlags('export', args, {
    run: 'string',
    to: 'string',
    format: 'string',
    json: 'boolean',
  } as const)
  const wanted = requiredFlag('export', 'run', values.run)
  const to = path.resolve(userDir(), requiredFlag('export', 'to', values.to))
  const format = values.format ?? 'hf'
  const exporter = Object.hasOwn(exporters, format) ? exporters[format] : undefined
  if (!exporter) {
    const known = Object.keys(exporters).join(', ')
    throw new InputError(
      `headway export: the format ${JSON.stringify(format)} is none of ${known}.`,
    )
  }
  const { dir, record } = findRun(wanted, userDir())
  const files = exporter({ dir, record, to })
  const result = { run: record.id, format, files }
  process.stdout.write(
    values.json ? `${JSON.stringify(result)}\n` : files.map((file) => `${file}\n`).join(''),
  )
  return 0
}
