import { InputError } from '../errors.ts'
import { detectFormat } from './format.ts'
import { readChunks } from './lines.ts'
import { type QaColumns, type QaRowOptions, readQaRows } from './qaRows.ts'
import { isJsonFormat } from './rows.ts'
import { type QaExample, readSquad } from './squad.ts'

export interface QuestionFileOptions extends QaRowOptions {
  /** Columns of a table or of rows of JSON; guessed where left out, unused in SQuAD's JSON. */
  readonly columns?: QaColumns | undefined
}

export interface QuestionFile {
  readonly file: string
  readonly examples: readonly QaExample[]
  /** 2.0 where the file says so, or has a question without an answer. */
  readonly version: '1.1' | '2.0'
  /** Bad questions left out (`skipBadQuestions`), and the first one's message. */
  readonly skipped: number
  readonly firstSkipped?: string
}

/**
 * Reads questions with their contexts one by one: SQuAD's JSON, or rows (JSONL, JSON, CSV, TSV).
 * Returns the version that a SQuAD file names.
 * @throws InputError as `readSquad` and `readQaRows`
 */
export async function* readQuestions(
  file: string,
  options: QuestionFileOptions,
): AsyncGenerator<QaExample, string | undefined> {
  const { columns = {} } = options
  if (await holdsRows(file, columns)) {
    yield* readQaRows(file, columns, options)
    return undefined
  }
  return yield* readSquad(file, options)
}

/** Reads a whole file. @throws InputError as `readQuestions`, or where no question is left */
export const loadQuestions = async (
  file: string,
  options: Omit<QuestionFileOptions, 'onBadQuestion'> & { readonly skipBadQuestions?: boolean },
): Promise<QuestionFile> => {
  const bad: InputError[] = []
  let skipped = 0
  const onBadQuestion = (error: InputError) => {
    skipped++
    if (bad.length === 0) bad.push(error)
  }
  const reader = readQuestions(file, {
    answers: options.answers,
    columns: options.columns,
    table: options.table,
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

/**
 * JSON without paragraphs is rows where it names a question or a context. Quotes within a text are
 * escaped, so that it cannot be taken for a key.
 */
const holdsRows = async (file: string, columns: QaColumns): Promise<boolean> => {
  if (!isJsonFormat(await detectFormat(file))) return true
  let start = ''
  for await (const chunk of readChunks(file)) {
    start = chunk.toString('utf8')
    break
  }
  if (/"paragraphs"\s*:/.test(start)) return false
  const named = Object.values(columns).some((column) => column !== undefined)
  return named || /"(question|query|context|passage)"\s*:/i.test(start)
}
