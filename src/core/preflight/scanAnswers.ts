import { qaColumns } from '../data/qaData.ts'
import { readQuestions } from '../data/questions.ts'
import type { QaExample } from '../data/squad.ts'
import { textKey } from '../data/textKey.ts'
import { FileScan, type ScanContext } from './fileScan.ts'
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
  const shared = new FindingTally({ severity: 'warning', kind: 'leak.context', file })
  const spaces = new FindingTally({ severity: 'note', kind: 'answerSpaces', file })
  const empty = new FindingTally({ severity: 'warning', kind: 'text.empty', file })
  const partNumber = part === 'train' ? 0 : part === 'dev' ? 1 : 2
  const count = contextLengths(context)
  let last: string | undefined
  const questions = readQuestions(file, {
    answers: 'checked',
    columns: qaColumns(context.data),
    onBadQuestion: (error) => scan.refuse(error),
  })
  for await (const example of questions) {
    const { line, question, answers, impossible } = example
    kinds.add(impossible ? 'without an answer' : 'with an answer', line)
    if (example.context !== last) {
      const before = contexts.add(textKey(example.context), '', partNumber, line)
      if (before && before.part !== partNumber) shared.add(line, () => `line ${before.line}`)
      last = example.context
    }
    if (question.trim() === '' || example.context.trim() === '') empty.add(line)
    if (answers.some(({ text }) => text !== text.trim())) spaces.add(line)
    scan.add({
      line,
      texts: [question],
      key: `${textKey(question)}\t${textKey(example.context)}`,
      target: answers.map(({ text, start }) => `${start} ${text}`).join('\t'),
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
      columns: {},
      labels: kinds.list(),
      lengths: scan.lengths.summary(),
    },
    findings: [
      ...scan.findings(),
      ...shared.toFindings(
        (times, where) =>
          `${times} ${times === 1 ? 'context is' : 'contexts are'} also in the data before; the first repeats ${where}`,
      ),
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
