import { type Static, Type } from 'typebox'
import { DataSchema, literalUnion, selectionMetrics, TaskHeadSchema } from './schema.ts'

/**
 * Everything that decides the result of one run: the experiment with its defaults filled in, its
 * lists narrowed to one value and `auto` resolved. A run's id is a hash over it (DESIGN §7).
 */
export const RunConfigSchema = Type.Object({
  head: TaskHeadSchema,
  model: Type.String(),
  data: DataSchema,
  learningRate: Type.Number(),
  batchSize: Type.Integer(),
  epochs: Type.Integer(),
  seed: Type.Integer(),
  maxLength: Type.Integer(),
  stride: Type.Optional(Type.Integer()),
  precision: Type.Union([Type.Literal('fp32'), Type.Literal('bf16')]),
  backend: Type.Union([Type.Literal('tensorflow'), Type.Literal('wasm')]),
  selectionMetric: literalUnion(selectionMetrics),
  regression: Type.Boolean(),
  weightDecay: Type.Number(),
  warmup: Type.Number(),
  maxGradientNorm: Type.Number(),
  dropout: Type.Number(),
  gradientAccumulation: Type.Integer(),
})
export type RunConfig = Static<typeof RunConfigSchema>
