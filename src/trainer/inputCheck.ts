import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../core/errors.ts'
import { sha256File } from '../core/launch/checksum.ts'
import type { RunRecord } from '../core/runs/records.ts'

/**
 * Holds a run's files against their checksums at launch: a run's id says what it was trained on. A
 * file that has not been touched since it was last looked at is not read again.
 */
export class InputCheck {
  private readonly known = new Map<string, { readonly stamp: string; readonly sum: string }>()

  /** @throws InputError where a file is gone or not what it was */
  async verify(record: RunRecord, base: string, modelFolder: string): Promise<void> {
    for (const [name, expected] of Object.entries(record.checksums ?? {})) {
      const file = fileOf(name, record, base, modelFolder)
      if (file === undefined) continue
      // Gigabytes, which the launch has just read: not again where they lie as they did then.
      if (name.startsWith('model/') && isOlder(file, record.created)) continue
      if ((await this.sumOf(file)) !== expected) {
        throw new InputError(
          `${file} has changed since the launch: launch the sweep again, or bring the file back.`,
        )
      }
    }
  }

  private async sumOf(file: string): Promise<string> {
    const stat = fs.statSync(file, { throwIfNoEntry: false })
    if (!stat) throw new InputError(`${file} is gone since the launch: bring it back.`)
    const stamp = `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`
    const known = this.known.get(file)
    if (known?.stamp === stamp) return known.sum
    const sum = await sha256File(file)
    this.known.set(file, { stamp, sum })
    return sum
  }
}

const isOlder = (file: string, time: number): boolean =>
  (fs.statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? time) < time

/** `data/train` and the like, `model/config.json` and the like. */
const fileOf = (
  name: string,
  { config: { data } }: RunRecord,
  base: string,
  modelFolder: string,
): string | undefined => {
  const [kind, part = ''] = name.split('/')
  if (kind === 'model') return path.join(modelFolder, part)
  // The test data are read once, at the end.
  const file = part === 'train' ? data.train : part === 'dev' ? data.dev : undefined
  return file === undefined ? undefined : path.resolve(base, file)
}
