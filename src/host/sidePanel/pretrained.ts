import { diskUse } from '../../core/runs/diskUse.ts'
import { cachedModels, knownModels, resolveModel } from '../../runtime/models.ts'
import { formatBytes } from '../../runtime/progress.ts'

/** A pretrained model: one on this machine, or one that Headway offers. */
export interface Pretrained {
  readonly id: string
  /** Where it is; absent where it would have to be fetched. */
  readonly folder?: string
  readonly size: string
  readonly parameters?: number
  readonly license: string
}

/** As their model cards say; all that Headway offers are free. */
const offeredLicense = 'Apache-2.0'

/** What is in the cache first, then what could be fetched. */
export const listPretrained = (): Pretrained[] => {
  const cached = cachedModels()
  const there = cached.map((id): Pretrained => {
    const folder = resolveModel(id, '/')?.folder ?? ''
    const known = knownModels.find((model) => model.id === id)
    return {
      id,
      folder,
      size: formatBytes(diskUse(folder).total),
      ...(known ? { parameters: known.parameters } : {}),
      license: known ? offeredLicense : 'license: see its model card',
    }
  })
  const offered = knownModels.filter(({ id }) => !cached.includes(id))
  return [
    ...there,
    ...offered.map(({ id, size, parameters }) => ({
      ...{ id, parameters, size: formatBytes(size) },
      license: offeredLicense,
    })),
  ]
}
