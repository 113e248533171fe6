import type { TableOptions } from '../../core/data/format.ts'
import type { QaColumns } from '../../core/data/qaRows.ts'
import { loadQuestions } from '../../core/data/questions.ts'
import { skippedWarning } from '../../core/data/skipped.ts'
import { defaultStride } from '../../core/qa/contextWindows.ts'
import { QuestionEncoder } from '../../core/qa/encodeQuestion.ts'
import type { LoadedModel } from '../../engine/loadedModel.ts'
import type { EvaluatedFile } from './evaluatedFile.ts'

/** What `headway evaluate` was called with, for a qa model. */
export interface EvaluateAnswers {
  /** An absolute path. */
  readonly file: string
  readonly columns: QaColumns
  readonly table: TableOptions
  readonly skipBadRows: boolean
  /** As in training; else 128, or a third of the model's length. */
  readonly stride?: number | undefined
  readonly unanswerable: boolean
}

/**
 * Scores a qa model on a file of questions, by the rules of the file's version.
 * @param load loads the model, once the file was read
 * @throws InputError as `loadQuestions`
 */
export const evaluateAnswersOf = async (
  load: () => Promise<LoadedModel>,
  request: EvaluateAnswers,
): Promise<EvaluatedFile> => {
  const { file, columns, table, skipBadRows, unanswerable } = request
  const read = await loadQuestions(file, {
    answers: 'checked',
    columns,
    table,
    skipBadQuestions: skipBadRows,
  })
  const { examples, version } = read
  const model = await load()
  const { askedQuestion, evaluateAnswers } = await import('../../engine/tasks/qaTask.ts')
  const { stride = defaultStride(model.maxLength) } = request
  const encoder = new QuestionEncoder(model.tokenizer, { maxLength: model.maxLength, stride })
  const questions = examples.map((example) => askedQuestion(encoder, example))
  return {
    ...evaluateAnswers(model, questions, { version, unanswerable }),
    examples: questions.length,
    notes: skippedWarning(read, 'question'),
  }
}
