import { Value } from 'typebox/value'
import * as vscode from 'vscode'
import { InputError } from '../../core/errors.ts'
import { SlurmSchema, type SlurmSettings } from '../../core/experiment/schema.ts'

const names = ['partition', 'time', 'gpus', 'modules'] as const

/** What a job asks for: as the experiment says, and where it says nothing, the user's settings. @throws InputError */
export const slurmSettings = (inFile: SlurmSettings = {}): SlurmSettings => {
  const settings = vscode.workspace.getConfiguration('headway.slurm')
  const given = names.flatMap((name) => {
    const value = settings.get(name)
    const isEmpty = value === '' || value == null || (Array.isArray(value) && value.length === 0)
    return isEmpty ? [] : [[name, value] as const]
  })
  const merged: unknown = { ...Object.fromEntries(given), ...inFile }
  if (Value.Check(SlurmSchema, merged)) return merged
  const fault = Value.Errors(SlurmSchema, merged)[0]
  throw new InputError(
    `The setting headway.slurm.${fault?.instancePath.split('/')[1] ?? ''} ${fault?.message ?? 'is wrong'}: change it.`,
  )
}
