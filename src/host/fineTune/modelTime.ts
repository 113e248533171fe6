import { type KnownModel, starterModel, timesTheStarter } from '../../runtime/models.ts'

/** `about 7 × the starter’s time`. */
export const modelTime = (model: KnownModel): string => {
  if (model.id === starterModel) return 'starter'
  const times = timesTheStarter(model)
  if (times < 0.1) return 'less than 0.1 × the starter’s time'
  return `about ${times < 1 ? times.toFixed(1) : Math.round(times)} × the starter’s time`
}
