import { InputError } from '../errors.ts'
import { textKey } from './textKey.ts'

export interface Split {
  /** Indices, ascending. */
  readonly train: number[]
  readonly dev: number[]
}

/**
 * Holds a share of the examples out as dev set: the same for the same data on every machine and for
 * every run, so that runs can be compared. Every class gives its share (with `classes`), and equal
 * texts stay on one side, so that nothing of the dev set was trained on.
 * @param texts the examples' texts
 * @param classes each example's class; left out for scores
 * @throws InputError where too few are there to split
 */
export const splitDev = (
  texts: readonly string[],
  classes: readonly number[] | undefined,
  share: number,
  file: string,
): Split => {
  const random = seededRandom(splitSeed)
  const dev: number[] = []
  const classGroups = groupsByClass(texts, classes)
  for (const groups of classGroups) {
    const count = groups.reduce((sum, group) => sum + group.length, 0)
    const wanted = Math.round(count * share)
    let taken = 0
    shuffle(groups, random)
    // At least one group stays in training: a class seen only in dev cannot be learned.
    for (const group of groups.slice(1)) {
      if (taken + group.length > Math.max(wanted, 1)) continue
      dev.push(...group)
      taken += group.length
    }
  }
  // A few large documents: each is more than the share. Better the smallest of them than none.
  if (dev.length === 0) dev.push(...classGroups.flatMap(smallestOfSeveral))
  if (dev.length === 0) throw tooFewToSplit(file)
  const held = new Set(dev)
  return {
    train: texts.map((_, index) => index).filter((index) => !held.has(index)),
    dev: dev.sort((a, b) => a - b),
  }
}

export const tooFewToSplit = (file: string): InputError =>
  new InputError(
    `${file} has too few different texts to hold some out as dev data; give "dev" data.`,
  )

/** The first smallest group, where another is left to train on. */
const smallestOfSeveral = (groups: readonly (readonly number[])[]): readonly number[] =>
  groups.length < 2
    ? []
    : groups.reduce((best, group) => (group.length < best.length ? group : best))

/** One split for all runs: seeds change the training, not what it is measured on. */
const splitSeed = 20181011

const groupsByClass = (
  texts: readonly string[],
  classes: readonly number[] | undefined,
): number[][][] => {
  const byText = new Map<string, number[]>()
  for (const [index, text] of texts.entries()) {
    const key = textKey(text)
    const group = byText.get(key)
    if (group) group.push(index)
    else byText.set(key, [index])
  }
  const byClass = new Map<number, number[][]>()
  for (const group of byText.values()) {
    const key = classes?.[group[0] ?? 0] ?? 0
    const groups = byClass.get(key)
    if (groups) groups.push(group)
    else byClass.set(key, [group])
  }
  return [...byClass].sort(([a], [b]) => a - b).map(([, groups]) => groups)
}

const shuffle = <T>(items: T[], random: () => number): void => {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[items[last], items[other]] = [items[other] as T, items[last] as T]
  }
}

/** mulberry32: integer arithmetic only, so equal everywhere. Numbers in [0, 1). */
const seededRandom = (seed: number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}
