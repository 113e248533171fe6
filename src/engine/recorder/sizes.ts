/** Sizes that vary from call to call (batch, length), by name. */
export type Sizes = Readonly<Record<string, number>>

/** offset + factor · Π dimensions */
export interface SizeExpression {
  readonly offset: number
  readonly factor: number
  /** Names of the dimensions multiplied; empty where the number is a constant. */
  readonly dimensions: readonly string[]
}

/**
 * Finds how a number that was seen in several recordings follows from their sizes, as one of: a
 * constant, or offset + factor · (a product of distinct dimensions), in integers. Two recordings fix
 * offset and factor of each candidate, the others have to agree; sizes that are distinct primes leave
 * no second answer.
 *
 * @param seen the number in each recording
 * @param sizes of the same recordings; at least three
 */
export const fitSize = (
  seen: readonly number[],
  sizes: readonly Sizes[],
): SizeExpression | undefined => {
  if (seen.every((value) => value === seen[0])) {
    return { offset: seen[0]!, factor: 0, dimensions: [] }
  }
  for (const dimensions of subsets(Object.keys(sizes[0]!))) {
    const products = sizes.map((size) => dimensions.reduce((all, name) => all * size[name]!, 1))
    const factor = (seen[1]! - seen[0]!) / (products[1]! - products[0]!)
    const offset = seen[0]! - factor * products[0]!
    const fits = products.every((product, i) => offset + factor * product === seen[i])
    if (fits && Number.isInteger(factor)) return { offset, factor, dimensions }
  }
  return undefined
}

/** Non-empty ones, the smaller first. */
const subsets = (names: readonly string[]): string[][] => {
  const sets: string[][] = [[]]
  for (const name of names) sets.push(...sets.map((set) => set.concat(name)))
  return sets.slice(1).sort((a, b) => a.length - b.length)
}
