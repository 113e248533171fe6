import { InputError } from '../errors.ts'
import { readText } from './jsonRecords.ts'
import { parseJson, scanJson } from './jsonText.ts'
import { ParagraphCutter, type ParagraphText } from './squadParagraphs.ts'

export interface QaAnswer {
  readonly text: string
  /** Where it begins in the context, in UTF-16 units; -1 where offsets are not read. */
  readonly start: number
}

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

export interface SquadOptions {
  /**
   * `checked`: each answer must stand where its offset says. `texts`: for scoring, offsets are not
   * looked at. `none`: the file is only predicted on.
   */
  readonly answers: 'checked' | 'texts' | 'none'
  /** Called for each bad question or paragraph, which is then skipped; left out, it is thrown. */
  readonly onBadQuestion?: ((error: InputError) => void) | undefined
}

export interface SquadFile {
  readonly file: string
  readonly examples: readonly QaExample[]
  /** 2.0 where the file says so, or has a question without an answer. */
  readonly version: '1.1' | '2.0'
  /** Bad questions left out (`skipBadQuestions`), and the first one's message. */
  readonly skipped: number
  readonly firstSkipped?: string
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
  options: SquadOptions,
): AsyncGenerator<QaExample, string | undefined> {
  const cutter = new ParagraphCutter(file)
  const reader = new QuestionReader(file, options)
  for await (const chunk of readText(file)) {
    for (const paragraph of cutter.add(chunk)) yield* reader.read(paragraph)
  }
  const rest = cutter.end()
  if (!reader.anyParagraph) {
    throw new InputError(
      `${file} has no paragraphs; give SQuAD's JSON: {"data": [{"paragraphs": [{"context", "qas"}]}]}.`,
    )
  }
  const version = isObject(rest) ? rest.version : undefined
  return typeof version === 'string' || typeof version === 'number' ? String(version) : undefined
}

/** Reads a whole SQuAD file. @throws InputError as `readSquad`, or where no question is left */
export const loadSquad = async (
  file: string,
  options: Pick<SquadOptions, 'answers'> & { readonly skipBadQuestions?: boolean },
): Promise<SquadFile> => {
  const bad: InputError[] = []
  let skipped = 0
  const onBadQuestion = (error: InputError) => {
    skipped++
    if (bad.length === 0) bad.push(error)
  }
  const reader = readSquad(file, {
    answers: options.answers,
    onBadQuestion: options.skipBadQuestions ? onBadQuestion : undefined,
  })
  const examples: QaExample[] = []
  let step = await reader.next()
  for (; !step.done; step = await reader.next()) examples.push(step.value)
  if (examples.length === 0) {
    const why = bad[0] ? ` that can be read (${bad[0].message})` : ''
    throw new InputError(`${file} has no questions${why}.`)
  }
  const second = /^v?2/.test(step.value ?? '') || examples.some(({ impossible }) => impossible)
  const firstSkipped = bad[0] ? { firstSkipped: bad[0].message } : {}
  return { file, examples, version: second ? '2.0' : '1.1', skipped, ...firstSkipped }
}

type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

class QuestionReader {
  anyParagraph = false
  private readonly ids = new Set<string>()

  constructor(
    private readonly file: string,
    private readonly options: SquadOptions,
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
    const answers = readAnswers(qa.answers, place, this.options.answers === 'checked')
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

const readAnswers = (answers: unknown, place: Place, checked: boolean): QaAnswer[] | string => {
  if (!Array.isArray(answers)) return 'has no list of "answers".'
  const read: QaAnswer[] = []
  for (const answer of answers as unknown[]) {
    const { text, answer_start: offset } = isObject(answer) ? answer : {}
    if (typeof text !== 'string') return 'has an answer without "text".'
    if (!checked) {
      read.push({ text, start: -1 })
      continue
    }
    const start = typeof offset === 'number' ? place.offsets(offset) : undefined
    if (start === undefined) {
      return `has the answer ${quote(text)} without an "answer_start" inside its context.`
    }
    const there = place.context.slice(start, start + text.length)
    if (text.trim() === '' || there !== text) {
      return `has the answer ${quote(text)} at ${String(offset)}, where its context reads ${quote(there)}; offsets count code points from 0.`
    }
    read.push({ text, start })
  }
  return read
}

const quote = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

/** From an offset in code points to one in UTF-16 units; undefined outside of the text. */
type CodePointOffsets = (offset: number) => number | undefined

const codePointOffsets = (text: string): CodePointOffsets => {
  let starts: Uint32Array | undefined
  if (/[\ud800-\udbff][\udc00-\udfff]/.test(text)) {
    const all: number[] = []
    let at = 0
    for (const char of text) {
      all.push(at)
      at += char.length
    }
    starts = Uint32Array.from(all)
  }
  return (offset) => {
    if (!Number.isInteger(offset) || offset < 0 || offset >= (starts ?? text).length)
      return undefined
    return starts ? starts[offset] : offset
  }
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
