import { readExamples } from '../../core/data/examples.ts'
import { qaColumns } from '../../core/data/qaData.ts'
import { loadQuestions } from '../../core/data/questions.ts'
import { tagsOf } from '../../core/data/tagSchemes.ts'
import { loadTokenData } from '../../core/data/tokenData.ts'
import { tokenColumns } from '../../core/data/tokenSets.ts'
import type { RunConfig } from '../../core/experiment/config.ts'
import { scoreQuestion } from '../../core/metrics/squadMetrics.ts'
import type { RunRecord } from '../../core/runs/records.ts'
import { bestClass, classNote } from './classNote.ts'
import type { LineNote } from './lineNotes.ts'
import type { Predictor } from './predictor.ts'

/** A data file's rows, gold against predicted. */
export interface TriedRows {
  readonly notes: LineNote[]
  /** What was tried: `texts`, `words`, `questions`. */
  readonly unit: string
  readonly tried: number
  /** Undefined where there is no right and wrong, but nearer and farther. */
  readonly wrong: number | undefined
}

type Asking = Pick<Predictor, 'ask' | 'load'>

/** Rows that are tried; a file is there to be looked at, `headway evaluate` takes it whole. */
const mostRows = 500
/** Each goes over its whole context. */
const mostQuestions = 50
const batch = 64

/** @throws InputError where the file cannot be read as the run's data */
export const tryRows = (
  file: string,
  { config, labels }: Pick<RunRecord, 'config' | 'labels'>,
  model: string,
  predictor: Asking,
): Promise<TriedRows> => {
  if (config.head === 'token') return tryTokens(file, config, model, predictor)
  if (config.head === 'qa') return tryQuestions(file, config, model, predictor)
  return tryTexts(file, config, labels, model, predictor)
}

const tryTexts = async (
  file: string,
  config: RunConfig,
  labelNames: readonly string[],
  model: string,
  predictor: Asking,
): Promise<TriedRows> => {
  const { textColumn, textPairColumn, labelColumn, skipBadRows, header, quotes } = config.data
  const examples = await readExamples(file, {
    textColumn,
    textPairColumn,
    labelColumn,
    pair: config.head === 'pair',
    labels: 'required',
    skipBadRows,
    header,
    quotes,
    labelNames,
  })
  const facts = await predictor.load(model)
  const notes: LineNote[] = []
  const tried = Math.min(examples.texts.length, mostRows)
  for (let from = 0; from < tried; from += batch) {
    const texts = examples.texts.slice(from, Math.min(from + batch, tried)).map((text, at) => {
      const textPair = examples.textPairs[from + at]
      return textPair === undefined ? { text } : { text, textPair }
    })
    const { rows } = await predictor.ask<'classes'>({ type: 'classes', model, texts })
    rows.forEach((row, at) => {
      const gold = examples.labels[from + at] ?? ''
      const line = (examples.lines[from + at] ?? 1) - 1
      const said = classNote(facts, row)
      if (facts.regression) notes.push({ line, text: `gold ${gold}, predicted ${said}` })
      else if (bestClass(facts, row) === gold) notes.push({ line, text: `✓ ${said}` })
      else notes.push({ line, text: `✗ gold ${gold}, predicted ${said}`, wrong: true })
    })
  }
  const wrong = facts.regression ? undefined : notes.filter((note) => note.wrong).length
  return { notes, unit: 'texts', tried, wrong }
}

const tryTokens = async (
  file: string,
  config: RunConfig,
  model: string,
  predictor: Asking,
): Promise<TriedRows> => {
  const { sentences } = await loadTokenData(file, {
    ...tokenColumns(config.data.textColumn, config.data.labelColumn),
    skipBadSentences: true,
  })
  const facts = await predictor.load(model)
  const notes: LineNote[] = []
  const chosen = sentences.slice(0, mostRows)
  for (let from = 0; from < chosen.length; from += batch) {
    const some = chosen.slice(from, from + batch)
    const answer = await predictor.ask<'tokens'>({
      type: 'tokens',
      model,
      sentences: some.map(({ words }) => words.join(' ')),
    })
    some.forEach((sentence, at) => {
      const spans = answer.sentences[at] ?? []
      const predicted = tagWords(sentence.words, spans, facts.tags === 'classes')
      sentence.words.forEach((_, word) => {
        const gold = sentence.tags[word]
        const says = predicted[word] ?? 'O'
        const line = (sentence.lines[word] ?? 1) - 1
        if (gold !== says) notes.push({ line, text: `✗ predicted ${says}`, wrong: true })
        else if (gold !== 'O' && facts.tags === 'spans') notes.push({ line, text: '✓' })
      })
    })
  }
  const tried = chosen.reduce((sum, { words }) => sum + words.length, 0)
  return { notes, unit: 'words', tried, wrong: notes.filter((note) => note.wrong).length }
}

const tryQuestions = async (
  file: string,
  config: RunConfig,
  model: string,
  predictor: Asking,
): Promise<TriedRows> => {
  const { examples, version } = await loadQuestions(file, {
    answers: 'texts',
    columns: qaColumns(config.data),
    table: config.data,
    skipBadQuestions: true,
  })
  const notes: LineNote[] = []
  const chosen = examples.slice(0, mostQuestions)
  for (const { question, context, answers, line } of chosen) {
    const { unanswerable = version === '2.0' } = config.data
    const found = await predictor.ask<'answer'>({
      type: 'answer',
      model,
      question,
      context,
      unanswerable,
    })
    const [best] = found.answers
    const gold = answers.map(({ text }) => text)
    const right = scoreQuestion(best?.text ?? '', gold, version).exactMatch === 1
    const said = `${nameOf(best?.text)} ${(best?.probability ?? 0).toFixed(2)}`
    const text = right ? `✓ ${said}` : `✗ gold ${nameOf(gold[0])}, predicted ${said}`
    notes.push({ line: line - 1, text, wrong: !right })
  }
  const wrong = notes.filter((note) => note.wrong).length
  return { notes, unit: 'questions', tried: chosen.length, wrong }
}

const nameOf = (answer: string | undefined): string => answer || 'no answer'

/** Predicted spans of words joined by a space, as a tag each. */
const tagWords = (
  words: readonly string[],
  spans: readonly { readonly start: number; readonly end: number; readonly type: string }[],
  classes: boolean,
): string[] => {
  const starts: number[] = []
  let offset = 0
  for (const word of words) {
    starts.push(offset)
    offset += word.length + 1
  }
  if (classes) return starts.map((start) => spans.find((span) => span.start === start)?.type ?? 'O')
  const ofWords = spans.flatMap(({ start, end, type }) => {
    const first = starts.findIndex((at, word) => at + (words[word]?.length ?? 0) > start)
    const last = starts.findLastIndex((at) => at < end)
    return first < 0 || last < first ? [] : [{ type, start: first, end: last + 1 }]
  })
  return tagsOf(words.length, ofWords, 'IOB2')
}
