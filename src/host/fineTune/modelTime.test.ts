import { expect, it } from 'vitest'
import { knownModels } from '../../runtime/models.ts'
import { modelTime } from './modelTime.ts'

it.each([
  ['all-MiniLM-L6-v2', 'starter'],
  ['bert-base-uncased', 'about 7 × the starter’s time'],
  ['L-4_H-256_A-4', 'about 0.3 × the starter’s time'],
  ['L-2_H-128_A-2', 'less than 0.1 × the starter’s time'],
])('%s: %s', (name, said) => {
  const model = knownModels.find(({ id }) => id.endsWith(name))
  expect(model && modelTime(model)).toBe(said)
})
