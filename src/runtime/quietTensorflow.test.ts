import { expect, it } from 'vitest'
import { isGreeting } from './quietTensorflow.ts'

it.each([
  'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
  'I0000 00:00:1795902158.966298   10085 port.cc:153] oneDNN custom operations are on.',
  '2026-11-28 21:40:14.123456: I tensorflow/core/platform/cpu_feature_guard.cc:182] This binary',
])('is a greeting: %s', (line) => {
  expect(isGreeting(line)).toBe(true)
})

it.each([
  'W0000 00:00:1795902158.966298   10085 cpu_allocator_impl.cc:82] Allocation exceeds 10% of memory.',
  'E0000 00:00:1795902158.966298   10085 op_kernel.cc:1] OOM when allocating tensor',
  '2026-11-28 21:40:14.123456: E tensorflow/core/framework/op.cc:1] no such op',
  'I0000 of the text is a word.',
  'data.tsv:7 has 1 field, the rows before it have 2.',
])('is passed on: %s', (line) => {
  expect(isGreeting(line)).toBe(false)
})
