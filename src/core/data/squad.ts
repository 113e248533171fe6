import { InputError } from '../errors.ts'
import { readText } from './jsonRecords.ts'
import { parseJson, scanJson } from './jsonText.ts'
import { type CodePointOffsets, codePointOffsets, type QaAnswer, readAnswers } from './qaAnswers.ts'
import { type LostPart, ParagraphCutter, type ParagraphText } from './squadParagraphs.ts'

export interface QaExample {
  readonly id: string
  readonly question: string
  readonly context: string
  /** Empty where the context holds no answer (SQuAD 2.0), or where answers are not asked for. */
  readonly answers: readonly QaAnswer[]
  readonly impossible: boolean
  /** Line of the question in its file, from 1. */
  readonly line: number
}

export interface QuestionOptions {
  /**
   * `checked`: each answer must stand where its offset says. `texts`: for scoring, offsets are not
   * looked at. `none`: the file is only predicted on.
   */
  readonly answers: 'checked' | 'texts' | 'none'
  /** Called for each bad question or paragraph, which is then skipped; left out, it is thrown. */
  readonly onBadQuestion?: ((error: InputError) => void) | undefined
}

/**
 * Reads SQuAD 1.1 or 2.0 JSON question by question, in bounded memory but for the ids. Offsets in
 * the file count code points; here they are UTF-16 units. Returns the version that the file names.
 * @throws InputError with file:line and the question's id: an offset where its answer does not stand,
 * a question that is impossible and has answers, an id that comes twice (unless `onBadQuestion` is
 * given); always where the file is not JSON or holds no paragraphs
 */
export async function* readSquad(
  file: string,
  options: QuestionOptions,
): AsyncGenerator<QaExample, string | undefined> {
  const cutter = new ParagraphCutter(file)
  const reader = new QuestionReader(file, options)
  for await (const chunk of readText(file)) {
    for (const paragraph of cutter.add(chunk)) yield* reader.read(paragraph)
  }
  const rest = cutter.end()
  reader.refuseLost(cutter.lost(rest))
  if (!reader.anyParagraph) {
    throw new InputError(
      `${file} has no paragraphs; give SQuAD's JSON, {"data": [{"paragraphs": [{"context", "qas"}]}]}, or rows with a question and a context.`,
    )
  }
  const version = isObject(rest) ? rest.version : undefined
  return typeof version === 'string' || typeof version === 'number' ? String(version) : undefined
}

type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

class QuestionReader {
  anyParagraph = false
  private readonly ids = new Set<string>()

  constructor(
    private readonly file: string,
    private readonly options: QuestionOptions,
  ) {}

  *read({ line, text }: ParagraphText): Generator<QaExample> {
    this.anyParagraph = true
    const paragraph = parseAt(text, line, this.file)
    const { context, qas } = isObject(paragraph) ? paragraph : {}
    if (typeof context !== 'string' || !Array.isArray(qas)) {
      const missing = typeof context === 'string' ? 'list of questions ("qas")' : '"context"'
      this.refuse(line, `begins a paragraph without a ${missing}.`)
      return
    }
    const offsets = codePointOffsets(context)
    const lines = questionLines(text, line)
    for (const [index, qa] of (qas as unknown[]).entries()) {
      const at = lines[index] ?? line
      const example = this.question(qa, { context, offsets, line: at })
      if (typeof example === 'string') this.refuse(at, example)
      else yield example
    }
  }

  /** What is no paragraph where one is looked for. */
  refuseLost(lost: readonly LostPart[]): void {
    for (const { line, what } of this.anyParagraph ? lost : []) this.refuse(line, what)
  }

  private refuse(line: number, what: string): void {
    const error = new InputError(`${this.file}:${line} ${what}`)
    if (!this.options.onBadQuestion) throw error
    this.options.onBadQuestion(error)
  }

  private question(qa: unknown, place: Place): QaExample | string {
    if (!isObject(qa)) return 'has a question that is no JSON object.'
    const { question } = qa
    const id = typeof qa.id === 'number' ? String(qa.id) : qa.id
    if (typeof id !== 'string' || id === '') return 'has a question without an "id".'
    const name = `question ${JSON.stringify(id.slice(0, 80))}`
    if (this.ids.has(id)) return `has ${name} a second time; ids must differ.`
    this.ids.add(id)
    if (typeof question !== 'string') return `${name} has no text under "question".`
    const { context, line } = place
    const impossible = qa.is_impossible === true
    const base = { id, question, context, line }
    if (this.options.answers === 'none') return { ...base, answers: [], impossible: false }
    const answers = answersOf(qa, place, this.options.answers === 'checked')
    if (typeof answers === 'string') return `${name} ${answers}`
    if (impossible !== (answers.length === 0) && this.options.answers === 'checked') {
      if (impossible) return `${name} is marked "is_impossible" and has answers; mend one of them.`
      if (qa.is_impossible === false) return `${name} has no answers and is not "is_impossible".`
    }
    return { ...base, answers, impossible: answers.length === 0 }
  }
}

interface Place {
  readonly context: string
  readonly offsets: CodePointOffsets
  readonly line: number
}

const answersOf = (qa: JsonObject, place: Place, checked: boolean): QaAnswer[] | string => {
  if (!Array.isArray(qa.answers)) return 'has no list of "answers".'
  const given = (qa.answers as unknown[]).map((answer) => {
    const { text, answer_start: offset } = isObject(answer) ? answer : {}
    return { text, offset }
  })
  return readAnswers(given, place.context, place.offsets, checked)
}

/** Where each question begins; nothing to find out in a paragraph on one line. */
const questionLines = (text: string, line: number): readonly number[] => {
  if (!text.includes('\n')) return []
  const lines: number[] = []
  let seen = 0
  let at = line
  scanJson(text, (path, start) => {
    if (path.length !== 2 || path[0] !== 'qas' || typeof path[1] !== 'number') return
    at += text.slice(seen, start).split('\n').length - 1
    seen = start
    lines[path[1]] = at
  })
  return lines
}

/** @throws InputError with the file's line and column */
const parseAt = (text: string, line: number, file: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return parseJson('\n'.repeat(line - 1) + text, file)
  }
}
