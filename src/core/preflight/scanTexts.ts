import { type ExampleOptions, keysOf, openExamples, readExampleRows } from '../data/examples.ts'
import type { DataFileHead } from '../data/inspect.ts'
import { areScores, whyText } from '../data/labels.ts'
import { isJsonFormat } from '../data/rows.ts'
import { textKey } from '../data/textKey.ts'
import { watchColumns } from './columnWatch.ts'
import { type FileReport, FileScan, type ScanContext } from './fileScan.ts'
import { type Finding, FindingTally } from './findings.ts'
import { judgeColumns, judgeSameText } from './judgeColumns.ts'
import { LabelTally } from './labelTally.ts'
import { QuoteWatch } from './quoteWatch.ts'

/** What was found in one file. */
export interface Scanned {
  readonly report: FileReport
  readonly findings: readonly Finding[]
}

/** One file of the sentence or pair head. @throws InputError where it cannot be read at all */
export const scanTexts = async (context: ScanContext): Promise<Scanned> => {
  const { file, data, head, regression, tokenizer } = context
  const options: ExampleOptions = {
    textColumn: data.textColumn,
    textPairColumn: data.textPairColumn,
    labelColumn: data.labelColumn,
    pair: head === 'pair',
    labels: 'required',
    labelNames: data.labels,
    header: data.header,
    quotes: data.quotes,
  }
  const opened = await openExamples(file, options)
  const columns = keysOf(opened.columns)
  const scan = new FileScan(context)
  const labels = new LabelTally()
  let first: string | undefined
  let sameText = true
  const watches = watchColumns(opened.head)
  // Where the user has said so, they are text.
  const quotes = opened.head.format.format === 'tsv' && data.quotes === undefined
  const quoteWatch = quotes ? new QuoteWatch() : undefined
  const scores = new FindingTally({ severity: 'error', kind: 'noScore', file })
  for await (const example of readExampleRows(opened, options, (error) => scan.refuse(error))) {
    const { line, text, textPair, label = '', row } = example
    labels.add(label, line)
    if (regression && !Number.isFinite(Number(label))) scores.add(line, () => label)
    for (const watch of watches) watch.add(row)
    const texts = textPair === undefined ? [text] : [text, textPair]
    quoteWatch?.add(texts, line)
    const document = texts.join('\t')
    first ??= document
    sameText &&= document === first
    scan.add({
      line,
      texts,
      key: texts.map(textKey).join('\t'),
      target: label,
      document,
      classOf: regression ? '' : label,
      pieces: () =>
        tokenizer.encode(text, {
          maxLength: Number.POSITIVE_INFINITY,
          ...(textPair === undefined ? {} : { textPair }),
        }).ids.length,
    })
  }
  const columnFindings = judgeColumns(file, watches, { ...columns })
  const labelFindings = regression
    ? [
        ...scores.toFindings(
          (count, first) => `${scan.counted(count)} without a score, as "${first}"`,
        ),
        ...judgeScores(context, labels),
      ]
    : judgeClasses(context, labels)
  return {
    report: {
      part: context.part,
      file,
      format: describeFormat(opened.head),
      unit: 'rows',
      examples: scan.examples,
      bad: scan.bad.count,
      columns: { ...columns },
      labels: regression ? [] : labels.list(),
      lengths: scan.lengths.summary(),
    },
    findings: [
      ...scan.findings(),
      ...(quoteWatch?.findings(file, (count) => scan.counted(count)) ?? []),
      ...labelFindings,
      ...columnFindings,
      // Of few rows a launch asks for more than one text too.
      ...(columnFindings.some(({ severity }) => severity === 'error')
        ? []
        : judgeSameText(context, sameText && scan.examples > 1, columns.text)),
    ],
  }
}

const describeFormat = (head: DataFileHead): string => {
  const name = head.format.format.toUpperCase()
  return isJsonFormat(head.format) ? name : `${name} ${head.header ? 'with' : 'without'} header`
}

const judgeClasses = ({ file, part, data }: ScanContext, labels: LabelTally): Finding[] => {
  if (labels.total === 0) return []
  const all = labels.list()
  const [first] = all
  const error = (kind: string, message: string, line = first?.line ?? 1): Finding => ({
    severity: 'error',
    kind,
    file,
    line,
    message,
  })
  const oneClass =
    part === 'train' && all.length === 1
      ? [error('oneClass', `all rows have the label ${quote(first?.label ?? '')}; it takes two`)]
      : []
  if (data.labels) {
    const unknown = all
      .filter(({ label }) => !data.labels?.includes(label))
      .map(({ label, line, count }) => ({
        ...error('unknownLabel', `label ${quote(label)} is not among "labels"`, line),
        count,
      }))
    return unknown.length > 0 ? unknown : oneClass
  }
  const values = new Set(all.map(({ label }) => label))
  if (part !== 'train') return []
  if (areScores(values)) {
    return [error('scores', 'the labels are scores, not classes: set "regression"')]
  }
  const why = whyText(values, labels.total)
  if (why !== undefined) {
    return [error('textLabels', `the label column looks like text (${why}): name another`)]
  }
  return oneClass
}

const judgeScores = ({ file, part }: ScanContext, labels: LabelTally): Finding[] => {
  const all = labels.list()
  const [first] = all
  // "1" and "1.0" are one score.
  const distinct = new Set(all.map(({ label }) => Number(label))).size
  if (part !== 'train' || distinct !== 1 || !first) return []
  const message = `every row has the score ${quote(first.label)}: there is nothing to learn`
  return [{ severity: 'error', kind: 'oneClass', file, line: first.line, message }]
}

const quote = (label: string): string =>
  JSON.stringify(label.length > 60 ? `${label.slice(0, 60)}…` : label)
