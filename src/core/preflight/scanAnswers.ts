import type { ColumnKey } from '../data/inspect.ts'
import { qaColumns } from '../data/qaData.ts'
import type { QaColumns } from '../data/qaRows.ts'
import { readQuestions } from '../data/questions.ts'
import type { QaExample } from '../data/squad.ts'
import { textKey } from '../data/textKey.ts'
import { dataParts, FileScan, type ScanContext } from './fileScan.ts'
import { type Finding, FindingTally } from './findings.ts'
import { LabelTally } from './labelTally.ts'
import type { Scanned } from './scanTexts.ts'
import type { SeenTexts } from './seenTexts.ts'

/** Contexts of the files before, to see which of them come again. */
export type SeenContexts = SeenTexts

/** One file of the QA head. @throws InputError where it cannot be read at all */
export const scanAnswers = async (
  context: ScanContext,
  contexts: SeenContexts,
): Promise<Scanned> => {
  const { file, part } = context
  const scan = new FileScan(context)
  const kinds = new LabelTally()
  const watch = new ContextWatch(context, contexts)
  const spaces = new FindingTally({ severity: 'note', kind: 'answerSpaces', file })
  const empty = new FindingTally({ severity: 'warning', kind: 'text.empty', file })
  const count = contextLengths(context)
  let columns: QaColumns = {}
  const questions = readQuestions(file, {
    answers: 'checked',
    columns: qaColumns(context.data),
    table: context.data,
    onColumns: (found) => {
      columns = found
    },
    onBadQuestion: (error) => scan.refuse(error),
  })
  for await (const example of questions) {
    const { line, question, answers, impossible } = example
    kinds.add(impossible ? 'without an answer' : 'with an answer', line)
    const texts = watch.add(example) ? [question, example.context] : [question]
    if (question.trim() === '' || example.context.trim() === '') empty.add(line)
    if (answers.some(({ text }) => text !== text.trim())) spaces.add(line)
    scan.add({
      line,
      texts,
      key: `${textKey(question)}\t${textKey(example.context)}`,
      target: answers.map(({ text, start }) => `${start} ${text}`).join('\t'),
      document: example.context,
      pieces: () => count(example),
    })
  }
  return {
    report: {
      part,
      file,
      format: kinds.has('without an answer') ? 'questions, some without an answer' : 'questions',
      unit: 'questions',
      examples: scan.examples,
      bad: scan.bad.count,
      columns: givenColumns(columns),
      labels: kinds.list(),
      lengths: scan.lengths.summary(),
    },
    findings: [
      ...scan.findings(),
      ...watch.findings(),
      ...spaces.toFindings(
        (times) => `${scan.counted(times)} with an answer that begins or ends with a space`,
      ),
      ...empty.toFindings(
        (times) => `${scan.counted(times)} without a word in it, or on an empty text`,
      ),
      ...judgeKinds(context, kinds),
    ],
  }
}

const givenColumns = (columns: QaColumns): Record<string, ColumnKey> =>
  Object.fromEntries(Object.entries(columns).filter(([, key]) => key !== undefined)) as Record<
    string,
    ColumnKey
  >

/** Contexts are looked at once each: questions on one follow each other. */
class ContextWatch {
  private readonly part: number
  private readonly shared: FindingTally
  private last: string | undefined

  constructor(
    { part, file }: ScanContext,
    private readonly contexts: SeenContexts,
  ) {
    this.part = dataParts.indexOf(part)
    this.shared = new FindingTally({ severity: 'warning', kind: 'leak.context', file })
  }

  /** @returns whether this file had the context not yet */
  add({ context, line }: QaExample): boolean {
    if (context === this.last) return false
    this.last = context
    const before = this.contexts.add(textKey(context), '', this.part, line)
    if (before && before.part !== this.part) this.shared.add(line, () => `line ${before.line}`)
    return before?.part !== this.part
  }

  findings(): Finding[] {
    return this.shared.toFindings(
      (times, where) =>
        `${times} ${times === 1 ? 'context is' : 'contexts are'} also in the data before; the first repeats ${where}`,
    )
  }
}

/** Questions on one context follow each other: it is measured once. */
const contextLengths = ({ tokenizer }: ScanContext) => {
  let last: string | undefined
  let pieces = 0
  const length = (text: string) =>
    tokenizer.encode(text, { maxLength: Number.POSITIVE_INFINITY }).ids.length
  return ({ question, context }: QaExample): number => {
    if (context !== last) {
      pieces = length(context)
      last = context
    }
    // [CLS] question [SEP] context [SEP]: the second text shares the first one's [CLS].
    return length(question) + pieces - 1
  }
}

const judgeKinds = ({ part, file }: ScanContext, kinds: LabelTally): Finding[] => {
  if (part !== 'train' || kinds.total === 0 || kinds.has('with an answer')) return []
  const message = 'no question has an answer: there is nothing to learn'
  return [{ severity: 'error', kind: 'oneClass', file, line: 1, message }]
}
