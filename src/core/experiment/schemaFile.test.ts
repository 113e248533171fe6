import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { experimentSchemaFile } from './schemaFile.ts'

it('the committed JSON schema is that of schema.ts (node scripts/generateSchema.mjs)', () => {
  const file = path.join(import.meta.dirname, '../../../schema/experiment.schema.json')
  expect(fs.readFileSync(file, 'utf8')).toBe(experimentSchemaFile())
})
