import { InputError } from '../errors.ts'
import { areSpanTags, parseTag } from './tagSchemes.ts'
import { distinctTags } from './tokenData.ts'

/**
 * The label order of a token head: as given, or the training data's tags, sorted. `O` comes first and
 * is there in any case where the tags mark spans; a type's B- stands before its I-.
 *
 * @throws InputError where there is nothing to tell apart, or a tag outside of `given`
 */
export const tagOrder = (
  file: string,
  sentences: readonly (readonly string[])[],
  given: readonly string[] | undefined,
): string[] => {
  const tags = distinctTags(file, sentences)
  const spans = areSpanTags(sentences)
  if (spans && tags.every((tag) => tag === 'O')) {
    throw new InputError(
      `${file} has only the tag O: no word is marked, so there is nothing to learn; give labelled sentences, or the column that holds the tag ("labelColumn").`,
    )
  }
  if (!spans && tags.length === 1) {
    throw new InputError(
      `${file} has only the tag ${JSON.stringify(tags[0])}; a classifier needs at least two.`,
    )
  }
  const all = neededTags(tags, spans)
  if (given === undefined) return spans ? all.sort(byType) : all
  const outside = all.find((tag) => !given.includes(tag))
  if (outside === undefined) return [...given]
  throw new InputError(
    `${file} has the tag ${JSON.stringify(outside)}, which is not among "labels"; it has ${all.length}: ${all.slice(0, 40).join(', ')}.`,
  )
}

/** The tags that the head has an output for: words outside of spans are there in any case. */
export const neededTags = (tags: readonly string[], spans: boolean): string[] =>
  spans && !tags.includes('O') ? ['O', ...tags] : [...tags]

const byType = (a: string, b: string): number => {
  const [left, right] = [keyOf(a), keyOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

const keyOf = (tag: string): string => {
  const parsed = parseTag(tag)
  if (parsed === null) return ''
  return parsed ? `${parsed.type}\u0000${parsed.prefix}` : tag
}
