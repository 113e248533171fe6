import { type ParseArgsConfig, parseArgs } from 'node:util'
import { InputError, messageOf } from '../core/errors.ts'
import { nearest } from '../core/experiment/nearest.ts'

type FlagTypes = Readonly<Record<string, 'string' | 'boolean'>>
type FlagValues<T extends FlagTypes> = {
  readonly [K in keyof T]: (T[K] extends 'string' ? string : true) | undefined
}

export interface Flags<T extends FlagTypes> {
  readonly values: FlagValues<T>
  readonly positionals: readonly string[]
}

/**
 * Reads `--name value`, `--name=value` and `--switch`. A value may begin with a dash.
 * @param most how many arguments without a name are allowed
 * @throws InputError with the command, the flag and the nearest one there is
 */
export const parseFlags = <T extends FlagTypes>(
  command: string,
  args: readonly string[],
  types: T,
  most = 0,
): Flags<T> => {
  const options = Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, { type }]),
  ) satisfies ParseArgsConfig['options']
  const known = Object.keys(types)
  const parsed = parse(command, joinValues(args, types), options, known)
  if (parsed.positionals.length > most) {
    throw new InputError(
      `headway ${command}: unexpected ${JSON.stringify(parsed.positionals[most])}; flags begin with --.`,
    )
  }
  return { values: parsed.values as FlagValues<T>, positionals: parsed.positionals }
}

const parse = (
  command: string,
  args: string[],
  options: NonNullable<ParseArgsConfig['options']>,
  known: readonly string[],
) => {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    const unknown = /Unknown option '-*([^']+)'/.exec(messageOf(error))?.[1]
    if (unknown === undefined) {
      const first = messageOf(error)
        .split(/\. |\n/)[0]
        ?.replace(/\.$/, '')
      throw new InputError(`headway ${command}: ${first}.`)
    }
    const near = nearest(unknown, known)
    const advice =
      near === undefined
        ? `"headway help ${command}" lists those there are.`
        : `did you mean --${near}?`
    throw new InputError(`headway ${command}: unknown flag --${unknown}; ${advice}`)
  }
}

/** `parseArgs` refuses a value that begins with a dash unless it is joined with `=`. */
const joinValues = (args: readonly string[], types: FlagTypes): string[] => {
  const joined: string[] = []
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    const next = args[at + 1]
    const takesValue = arg.startsWith('--') && types[arg.slice(2)] === 'string'
    const nextIsFlag = next?.startsWith('--') && (next.slice(2).split('=')[0] ?? '') in types
    if (takesValue && next !== undefined && !nextIsFlag) {
      joined.push(`${arg}=${next}`)
      at++
    } else joined.push(arg)
  }
  return joined
}

/** @throws InputError where the flag's value is not a number */
export const numberFlag = (
  command: string,
  name: string,
  value: string | undefined,
): number | undefined => {
  if (value === undefined) return undefined
  const number = Number(value)
  if (value.trim() !== '' && Number.isFinite(number)) return number
  throw new InputError(`headway ${command}: --${name} must be a number, not ${quote(value)}.`)
}

/** @throws InputError where the flag's value is none of the choices */
export const choiceFlag = <T extends string>(
  command: string,
  name: string,
  value: string | undefined,
  choices: readonly T[],
): T | undefined => {
  if (value === undefined) return undefined
  const found = choices.find((choice) => choice === value)
  if (found !== undefined) return found
  throw new InputError(
    `headway ${command}: --${name} must be ${choices.join(', ').replace(/, ([^,]*)$/, ' or $1')}, not ${quote(value)}.`,
  )
}

export const requiredFlag = (command: string, name: string, value: string | undefined): string => {
  if (value !== undefined && value !== '') return value
  throw new InputError(`headway ${command}: --${name} is missing.`)
}

const quote = (value: string): string => JSON.stringify(value.slice(0, 60))
