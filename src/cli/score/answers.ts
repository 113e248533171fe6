import fs from 'node:fs/promises'
import { readText } from '../../core/data/jsonRecords.ts'
import { parseJson } from '../../core/data/jsonText.ts'
import { loadQuestions } from '../../core/data/questions.ts'
import { InputError } from '../../core/errors.ts'
import { squadMetrics } from '../../core/metrics/squadMetrics.ts'
import type { Scored } from './scored.ts'

/**
 * Scores answers (a JSON object: id → text) against SQuAD JSON, by the rules of its version.
 * @throws InputError where the predictions are of other questions
 */
export const scoreAnswers = async (goldFile: string, predictedFile: string): Promise<Scored> => {
  const { examples, version } = await loadQuestions(goldFile, { answers: 'texts' })
  const predictions = await readAnswerTexts(predictedFile)
  const gold = examples.map(({ id, answers }) => ({ id, answers: answers.map(({ text }) => text) }))
  const known = new Set(gold.map(({ id }) => id))
  const extra = [...predictions.keys()].filter((id) => !known.has(id))
  if (extra.length === predictions.size) {
    throw new InputError(
      `${predictedFile} has an answer to none of the ${gold.length} questions of ${goldFile}; give an object from question id to answer text.`,
    )
  }
  const scores = squadMetrics(gold, predictions, version)
  const missing = scores.missing.length
  const notes: string[] = []
  if (missing > 0) {
    const counted = version === '1.1' ? 'counted as wrong' : 'left out of the figures'
    notes.push(
      `${questions(missing)} without an answer in ${predictedFile} (the first: ${quote(scores.missing[0])}): ${counted}, as SQuAD ${version} has it.`,
    )
  }
  if (extra.length > 0) {
    notes.push(`${questions(extra.length)} in ${predictedFile} not in ${goldFile}: left out.`)
  }
  const { answerable, unanswerable } = scores
  const split = version === '2.0' ? { answerable, unanswerable } : {}
  return {
    metrics: scores.metrics,
    details: { version, examples: scores.questions, missing, ...split },
    notes,
  }
}

const questions = (count: number): string => `${count} ${count === 1 ? 'question' : 'questions'}`
const quote = (id = ''): string => JSON.stringify(id.slice(0, 60))

const largest = 256 * 2 ** 20

const readAnswerTexts = async (file: string): Promise<ReadonlyMap<string, string>> => {
  const size = await fs.stat(file).then(
    (stat) => stat.size,
    () => 0,
  )
  if (size > largest) {
    throw new InputError(`${file} has ${Math.round(size / 2 ** 20)} MB; answers may have 256 MB.`)
  }
  const parts: string[] = []
  for await (const part of readText(file)) parts.push(part)
  const value = parseJson(parts.join(''), file)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(`${file} is no JSON object from question id to answer text.`)
  }
  return new Map(
    Object.entries(value).map(([id, text]) => {
      if (typeof text === 'string') return [id, text]
      throw new InputError(`${file} has no text as the answer to question ${quote(id)}.`)
    }),
  )
}
