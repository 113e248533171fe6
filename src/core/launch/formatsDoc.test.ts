import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { RunConfigSchema } from '../experiment/config.ts'
import { ExperimentSchema } from '../experiment/schema.ts'
import { MetricsSchema } from '../metrics/metrics.ts'
import { RunEventSchema } from '../runs/events.ts'
import { RunRecordSchema, SweepRecordSchema, TrainerRecordSchema } from '../runs/records.ts'

const page = fs.readFileSync(path.resolve(import.meta.dirname, '../../../docs/formats.md'), 'utf8')

/** Names of all properties of a schema, at every depth. */
const propertiesOf = (schema: unknown, found = new Set<string>()): Set<string> => {
  if (typeof schema !== 'object' || schema === null) return found
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') for (const name of Object.keys(value)) found.add(name)
    propertiesOf(value, found)
  }
  return found
}

describe('docs/formats.md', () => {
  it.each([
    ['the experiment', ExperimentSchema],
    ['config', RunConfigSchema],
    ['run.json', RunRecordSchema],
    ['sweep.json', SweepRecordSchema],
    ['trainer.json', TrainerRecordSchema],
    ['events.jsonl', RunEventSchema],
    ['metrics', MetricsSchema],
  ])('names every field of %s', (_, schema) => {
    const names = [...propertiesOf(schema)]
    expect(names.length).toBeGreaterThan(3)
    const missing = names.filter(
      (name) => !page.includes(`\`${name}\``) && !page.includes(`\`data.${name}\``),
    )
    expect(missing).toEqual([])
  })
})
