import { type Static, Type } from 'typebox'

const score = () => Type.Optional(Type.Union([Type.Number(), Type.Null()]))

/**
 * Metrics as fractions of one, under these keys wherever they appear (DESIGN §9). `null`: undefined
 * for these data, as a correlation with a constant.
 */
export const MetricsSchema = Type.Object({
  loss: score(),
  accuracy: score(),
  f1: score(),
  macroF1: score(),
  microF1: score(),
  precision: score(),
  recall: score(),
  mcc: score(),
  pearson: score(),
  spearman: score(),
  entityF1: score(),
  entityF1Strict: score(),
  tokenAccuracy: score(),
  exactMatch: score(),
  ece: score(),
  byLabel: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Object({
        precision: Type.Number(),
        recall: Type.Number(),
        f1: Type.Number(),
        support: Type.Number(),
      }),
    ),
  ),
})
export type Metrics = Static<typeof MetricsSchema>
export type MetricName = Exclude<keyof Metrics, 'byLabel'>
