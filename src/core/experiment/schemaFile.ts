import { ExperimentSchema } from './schema.ts'

/** Text of `schema/experiment.schema.json`; `scripts/generateSchema.mjs` writes it. */
export const experimentSchemaFile = (): string => {
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', ...ExperimentSchema }
  return `${JSON.stringify(schema, null, 2)}\n`
}
