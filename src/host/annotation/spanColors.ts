/** Theme colours in package.json: `headway.entity1` to `headway.entity12`. */
export const colorCount = 12

/** Types that mean the same everywhere keep one colour from model to model. */
const wellKnown: Readonly<Record<string, number>> = {
  PER: 1,
  PERSON: 1,
  ORG: 2,
  ORGANIZATION: 2,
  corporation: 2,
  LOC: 3,
  LOCATION: 3,
  GPE: 3,
  MISC: 4,
}

/** The colour of each type, 1 to 12, the same for the same types; with more types they come round again. */
export const colorsOf = (types: readonly string[]): ReadonlyMap<string, number> => {
  const colors = new Map<string, number>()
  const all = [...new Set(types)]
  for (const type of all) {
    const color = wellKnown[type] ?? wellKnown[type.toUpperCase()]
    if (color !== undefined) colors.set(type, color)
  }
  const used = new Set(colors.values())
  const free = Array.from({ length: colorCount }, (_, at) => at + 1).filter((at) => !used.has(at))
  let next = 0
  for (const type of all) {
    if (colors.has(type)) continue
    colors.set(type, free[next] ?? 1 + (next % colorCount))
    next++
  }
  return colors
}

export const foreground = (color: number): string => `headway.entity${color}`
export const background = (color: number): string => `headway.entityBackground${color}`
