import { Value } from 'typebox/value'
import { parseJson, placeOf, scanJson } from '../data/jsonText.ts'
import { InputError } from '../errors.ts'
import { nearest } from './nearest.ts'
import { type ExperimentFile, ExperimentSchema } from './schema.ts'

type SchemaError = ReturnType<typeof Value.Errors>[number]

/**
 * Reads the text of an experiment file.
 * @throws InputError with file, line and property for what is not JSON or not in the schema
 */
export const parseExperiment = (text: string, file: string): ExperimentFile => {
  const plain = text.replace(/^\ufeff/, '')
  const value = parseJson(plain, file)
  refuseDuplicateKeys(plain, file)
  if (Value.Check(ExperimentSchema, value)) return value
  const { path, problem } = describeProblem(value)
  throw new InputError(sentence(`${file}:${lineOf(plain, path)}: ${problem}`))
}

/** `JSON.parse` keeps the last of them and says nothing. */
const refuseDuplicateKeys = (text: string, file: string): void => {
  const seen = new Map<string, number>()
  scanJson(text, (path, start) => {
    const key = path.join('\n')
    const first = seen.get(key)
    seen.set(key, start)
    if (first === undefined) return
    const name = path.join('.').slice(0, 100)
    throw new InputError(
      `${file}:${placeOf(text, start).line}: "${name}" stands here a second time (first in line ${placeOf(text, first).line}); keep one of them.`,
    )
  })
}

/**
 * As `parseExperiment`, for an experiment that was put together by a program (a command line).
 * @param source what the values come from, for messages
 */
export const checkExperiment = (value: unknown, source: string): ExperimentFile => {
  if (Value.Check(ExperimentSchema, value)) return value
  throw new InputError(sentence(`${source}: ${describeProblem(value).problem}`))
}

const sentence = (text: string): string => (text.endsWith('?') ? text : `${text}.`)

interface Problem {
  readonly path: string
  readonly problem: string
}

const describeProblem = (value: unknown): Problem => {
  const errors = Value.Errors(ExperimentSchema, value)
  return unknownKey(errors, value) ?? missingKey(errors) ?? wrongValue(errors, value)
}

const stringsIn = (error: SchemaError, param: string): string[] => {
  const list = (error.params as Readonly<Record<string, unknown>>)[param]
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : []
}

const unknownKey = (errors: readonly SchemaError[], value: unknown): Problem | undefined => {
  const error = errors.find(({ keyword }) => keyword === 'additionalProperties')
  const key = error && stringsIn(error, 'additionalProperties')[0]
  if (!error || key === undefined) return undefined
  const known = knownKeys(error.instancePath)
  const present = Object.keys((valueAt(value, error.instancePath) ?? {}) as object)
  const near = nearest(
    key,
    known.filter((each) => !present.includes(each)),
  )
  const advice =
    near === undefined
      ? `known ${error.instancePath === '' ? 'keys' : `keys of "${nameOf(error.instancePath)}"`} are ${known.join(', ')}`
      : `did you mean "${near}"?`
  const path = `${error.instancePath}/${key}`
  return { path, problem: `unknown key "${nameOf(path)}"; ${advice}` }
}

const knownKeys = (instancePath: string): string[] => {
  const { properties } = ExperimentSchema
  if (instancePath === '/data') return Object.keys(properties.data.properties)
  if (instancePath === '/slurm') return Object.keys(properties.slurm.properties)
  return Object.keys(properties)
}

const missingKey = (errors: readonly SchemaError[]): Problem | undefined => {
  const error = errors.find(({ keyword }) => keyword === 'required')
  const key = error && stringsIn(error, 'requiredProperties')[0]
  if (!error || key === undefined) return undefined
  const path = `${error.instancePath}/${key}`
  return { path: error.instancePath, problem: `"${nameOf(path)}" is missing` }
}

const wrongValue = (errors: readonly SchemaError[], value: unknown): Problem => {
  const first = errors.find(({ keyword }) => keyword === 'anyOf') ?? errors[0]
  if (!first) return { path: '', problem: 'it is not an experiment' }
  const path = first.instancePath
  if (path === '') return { path, problem: 'an experiment is a JSON object, {"head": …}' }
  const given = JSON.stringify(valueAt(value, path))?.slice(0, 60) ?? 'nothing'
  const rule = (first.keyword === 'anyOf' ? ruleOfUnion(errors, first) : first.message)
    .replace('must be integer', 'must be a whole number')
    .replace('must be number', 'must be a number')
  return { path, problem: `"${nameOf(path)}" ${rule}, not ${given}` }
}

/** Of a choice of values, all of them; of one or a list, the rule of the branch that was meant. */
const ruleOfUnion = (errors: readonly SchemaError[], union: SchemaError): string => {
  const branches = errors.filter(({ schemaPath }) =>
    schemaPath.startsWith(`${union.schemaPath}/anyOf/`),
  )
  const constants = branches.filter(({ keyword }) => keyword === 'const')
  if (constants.length > 0) {
    const values = constants.map(({ params }) =>
      JSON.stringify('allowedValue' in params ? params.allowedValue : ''),
    )
    return `must be ${values.join(', ').replace(/, ([^,]*)$/, ' or $1')}`
  }
  const meant = branches.find(({ keyword }) => keyword !== 'type') ?? branches[0]
  return meant?.message ?? union.message
}

const segments = (instancePath: string): string[] =>
  instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

const nameOf = (instancePath: string): string => segments(instancePath).join('.').slice(0, 100)

const valueAt = (value: unknown, instancePath: string): unknown => {
  let at = value
  for (const key of segments(instancePath)) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Readonly<Record<string, unknown>>)[key]
  }
  return at
}

const lineOf = (text: string, instancePath: string): number => {
  const wanted = segments(instancePath).join('\n')
  let line = 1
  scanJson(text, (path, start) => {
    if (path.join('\n') === wanted) line = placeOf(text, start).line
  })
  return line
}
