import type { Comparison, ConfusionMatrix } from '../../src/core/compare/comparison.ts'
import { formatCount } from '../../src/core/runs/describe.ts'
import { scrolling } from '../ui/card.ts'
import { heatColor } from '../ui/colors.ts'
import { element } from '../ui/dom.ts'

/** More labels than a screen has room for: the most frequent stand for all. */
const mostLabels = 30

/** Gold labels down, predicted across; heat is the share of the gold label. */
export const confusionTable = (
  { labels, counts }: ConfusionMatrix,
  caption: string,
): HTMLElement => {
  const sums = counts.map((row) => row.reduce((sum, each) => sum + each, 0))
  const shown = labels
    .map((label, at) => ({ label, at }))
    .sort((a, b) => (labels.length > mostLabels ? (sums[b.at] ?? 0) - (sums[a.at] ?? 0) : 0))
    .slice(0, mostLabels)
  const note =
    labels.length > mostLabels
      ? ` (the ${mostLabels} most frequent of ${labels.length} labels)`
      : ''
  return scrolling(
    `Confusion matrix of ${caption}`,
    element(
      'table',
      { class: 'confusion', testId: 'confusion' },
      element('caption', {}, `${caption}${note}`),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('td'),
          ...shown.map(({ label }) => element('th', { scope: 'col', title: label }, label)),
        ),
      ),
      element(
        'tbody',
        {},
        ...shown.map(({ label, at }) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row', title: label }, label),
            ...shown.map((across) => heatCell(counts[at]?.[across.at] ?? 0, sums[at] ?? 0)),
          ),
        ),
      ),
    ),
  )
}

const heatCell = (count: number, of: number): HTMLElement => {
  const node = element('td', {}, formatCount(count))
  const share = of === 0 ? 0 : count / of
  if (count > 0) {
    const { fill, text } = heatColor(share)
    node.style.background = fill
    node.style.color = text
    node.title = `${(100 * share).toFixed(1)} % of this gold label`
  }
  return node
}

/** A group a row, a run a column: entity types, labels, lengths of answers. */
export const groupTable = (
  { runs, groupedBy, groupMetric }: Comparison,
  letters: readonly string[],
): HTMLElement | undefined => {
  const names = [...new Set(runs.flatMap(({ groups }) => groups.map(({ group }) => group)))]
  if (names.length === 0) return undefined
  const rows = names.map((name) => {
    const found = runs.map(({ groups }) => groups.find(({ group }) => group === name))
    const scores = found.map((one) => one?.score ?? null)
    const best = Math.max(...scores.map((score) => score ?? -1))
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      element('td', {}, formatCount(found.find((one) => one)?.count ?? 0)),
      ...scores.map((score) =>
        element(
          'td',
          score === best && runs.length > 1 ? { class: 'leads' } : {},
          score === null ? '–' : (score * 100).toFixed(1),
        ),
      ),
    )
  })
  return scrolling(
    `${groupMetric} by ${groupedBy}`,
    element(
      'table',
      { class: 'plain groups', testId: 'groups' },
      element('caption', {}, `${groupMetric} by ${groupedBy}`),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...[groupedBy, 'examples', ...runs.map((_, at) => letters[at] ?? '')].map((text) =>
            element('th', { scope: 'col' }, text),
          ),
        ),
      ),
      element('tbody', {}, ...rows),
    ),
  )
}

/** All of it in one table: counts of gold and predicted labels, then scores by group, of each run. */
export const predictionRows = (
  { runs, groupedBy, groupMetric }: Comparison,
  names: readonly string[],
): string[][] => [
  ['run', 'what', groupedBy, 'predicted', 'examples', groupMetric],
  ...runs.flatMap(({ run, confusion, groups }, at) => {
    const name = names[at] ?? run
    const { labels = [], counts = [] } = confusion ?? {}
    return [
      ...labels.flatMap((gold, down) =>
        labels.map((predicted, across) => [
          name,
          'confusion',
          gold,
          predicted,
          String(counts[down]?.[across] ?? 0),
          '',
        ]),
      ),
      ...groups.map(({ group, count, score }) => [
        name,
        'score',
        group,
        '',
        String(count),
        score === null ? '' : (score * 100).toFixed(2),
      ]),
    ]
  }),
]
