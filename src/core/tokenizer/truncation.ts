/**
 * How many pieces of each text stay where both may have `room` together. Cuts the longer text
 * first; where both are longer than half, each gets half and the longer one the odd piece (the
 * second, where they are equal).
 *
 * Source: `LongestFirst` in `tokenizers/src/utils/truncation.rs` of Hugging Face's tokenizers.
 */
export const longestFirst = (
  first: number,
  second: number,
  room: number,
): readonly [number, number] => {
  if (first + second <= room) return [first, second]
  const half = Math.floor(room / 2)
  const shorter = Math.min(first, second)
  const [less, more] = shorter <= half ? [shorter, room - shorter] : [half, room - half]
  return first > second ? [more, less] : [less, more]
}
