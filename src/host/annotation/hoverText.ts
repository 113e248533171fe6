import type { Annotation } from '../../core/annotation/annotation.ts'
import type { DisplaySpan } from '../../core/annotation/displaySpans.ts'

const barWidth = 24
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const longestName = 16

/** A share of one as a bar of block characters. */
export const bar = (share: number): string => {
  const parts = Math.round(Math.max(0, Math.min(1, share)) * barWidth * 8)
  return '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '')
}

/** One line of data: nothing in it can break out of where it is put. */
export const oneLine = (text: string, most = 80): string => {
  const line = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim()
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}

/** The most probable types with their shares, one a line. */
export const shareLines = ({ types }: DisplaySpan): string[] => {
  const shown = types.slice(0, 3)
  const names = shown.map(({ type }) => oneLine(type ?? 'O', longestName))
  const width = Math.max(4, ...names.map(({ length }) => length))
  return shown.map(
    ({ probability }, at) =>
      `${(names[at] ?? '').padEnd(width)}  ${bar(probability).padEnd(barWidth)}  ${probability.toFixed(2)}`,
  )
}

/** Why a span is asked about, or what is known of it. */
export const verdict = (span: DisplaySpan, mainRun: string, otherRun: string): string => {
  const { annotation, look, other, modelSays, type, against: label } = span
  const by = annotation ? ` by ${oneLine(annotation.by, 40)}` : ''
  if (label) {
    return `Labelled ${oneLine(type, 40)}${by}. ${wordOf(label)}: accept the one that is right.`
  }
  if (look === 'gold') {
    const against = modelSays === undefined ? '' : ` ${mainRun} says ${nameOf(modelSays)}.`
    return `Labelled ${oneLine(type, 40)}${by}.${against}`
  }
  if (look === 'rejected') return `Rejected${by}: not ${oneLine(type, 40)}.`
  if (look === 'unreviewed') return `${oneLine(type, 40)}${by}, not reviewed yet.`
  if (other !== undefined && modelSays === null) {
    return `${otherRun} says ${nameOf(other)}, ${mainRun} no entity.`
  }
  if (other !== undefined) return `${mainRun} says ${nameOf(type)}, ${otherRun} ${nameOf(other)}.`
  return `${mainRun} says ${nameOf(type)}.`
}

/** What a label says that stands against another one. */
const wordOf = ({ text, type, status, by }: Annotation): string =>
  `‘${oneLine(text, 40)}’ is ${status === 'rejected' ? 'no ' : ''}${oneLine(type, 40)}, says ${oneLine(by, 40)}`

const nameOf = (type: string | null): string => (type === null ? 'no entity' : oneLine(type, 40))

/** One sentence for the list of problems. */
export const problemText = (
  span: DisplaySpan,
  covered: string,
  mainRun: string,
  otherRun: string,
): string => {
  const what = `‘${oneLine(covered, 60)}’`
  const [best, second] = span.types
  if (span.against) return `${what}: ${verdict(span, mainRun, otherRun)}`
  if (span.look === 'gold') {
    return `${what} was labelled ${span.type} here, ${mainRun} says ${nameOf(span.modelSays ?? null)}`
  }
  if (span.look === 'unreviewed') return `${what}: ${verdict(span, mainRun, otherRun)}`
  const doubtful =
    best && second
      ? `${what} is ${nameOf(best.type)} (${best.probability.toFixed(2)}) or ${nameOf(second.type)} (${second.probability.toFixed(2)})`
      : `${what} is ${span.type}${span.probability === undefined ? '' : ` (${span.probability.toFixed(2)})`}`
  return span.other === undefined
    ? doubtful
    : `${doubtful}; runs ${mainRun} and ${otherRun} disagree`
}
