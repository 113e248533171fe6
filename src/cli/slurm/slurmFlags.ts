import { Value } from 'typebox/value'
import { InputError } from '../../core/errors.ts'
import { SlurmSchema, type SlurmSettings } from '../../core/experiment/schema.ts'

export const slurmFlags = {
  partition: 'string',
  account: 'string',
  time: 'string',
  workers: 'string',
  gpus: 'string',
  cpus: 'string',
  memory: 'string',
  modules: 'string',
} as const

type Values = { readonly [K in keyof typeof slurmFlags]: string | undefined }

const numbers = ['workers', 'gpus', 'cpus']

/** The experiment's settings with those of the command line over them. @throws InputError */
export const slurmSettings = (values: Values, inFile: SlurmSettings = {}): SlurmSettings => {
  const given = Object.entries(pickFlags(values)).map(([name, text]) => [name, read(name, text)])
  const settings: unknown = { ...inFile, ...Object.fromEntries(given) }
  if (Value.Check(SlurmSchema, settings)) return settings
  const fault = Value.Errors(SlurmSchema, settings)[0]
  throw new InputError(
    `headway sweep: --${fault?.instancePath.split('/')[1] ?? 'slurm'} ${fault?.message ?? 'is wrong'}.`,
  )
}

/** @throws InputError where one of them is given without `--executor slurm` */
export const refuseSlurmFlags = (values: Values): void => {
  const [first] = Object.keys(pickFlags(values))
  if (first === undefined) return
  throw new InputError(`headway sweep: --${first} is for --executor slurm.`)
}

const pickFlags = (values: Values): Record<string, string> =>
  Object.fromEntries(
    Object.keys(slurmFlags).flatMap((name) => {
      const text = values[name as keyof Values]
      return text === undefined ? [] : [[name, text]]
    }),
  )

const read = (name: string, text: string): unknown => {
  if (name === 'modules') return text.split(',').filter(Boolean)
  return numbers.includes(name) ? Number(text) : text
}
