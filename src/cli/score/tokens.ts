import { areSpanTags, detectScheme } from '../../core/data/tagSchemes.ts'
import { detectTokenFormat, distinctTags, readTokenSentences } from '../../core/data/tokenData.ts'
import type { TokenSentence } from '../../core/data/tokenSentence.ts'
import { InputError } from '../../core/errors.ts'
import { labelConfusion } from '../../core/metrics/labelScores.ts'
import { entityMetrics, wordClassMetrics } from '../../core/metrics/spanF1.ts'
import type { Scored } from './scored.ts'

interface TagPairs {
  readonly gold: (readonly string[])[]
  readonly predicted: (readonly string[])[]
}

/**
 * Scores the tags of two token files, or those of one file's last two columns (gold, predicted).
 * Tags are taken as written, so that the figures are seqeval's on the same files.
 * @throws InputError where the files are not of the same words
 */
export const scoreTokens = async (
  goldFile: string,
  predictedFile: string | undefined,
): Promise<Scored> => {
  const pairs =
    predictedFile === undefined
      ? await readPairs(
          { file: goldFile, sentences: await columnOf(goldFile, -2) },
          { file: goldFile, sentences: await columnOf(goldFile, -1) },
        )
      : await readPairs(
          { file: goldFile, sentences: readTokenSentences(goldFile) },
          { file: predictedFile, sentences: readTokenSentences(predictedFile) },
        )
  const { gold, predicted } = pairs
  if (gold.length === 0) throw new InputError(`${goldFile} has no sentences.`)
  distinctTags(goldFile, gold)
  distinctTags(predictedFile ?? goldFile, predicted)
  const spans = areSpanTags(gold)
  const details = {
    sentences: gold.length,
    words: gold.reduce((sum, tags) => sum + tags.length, 0),
    tags: spans ? 'spans' : 'classes',
  }
  if (!spans) {
    const confusion = labelConfusion(gold.flat(), predicted.flat())
    return { metrics: wordClassMetrics(gold, predicted), confusion, details, notes: [] }
  }
  const metrics = entityMetrics(gold, predicted)
  return { metrics, details, notes: noteOnStrict(gold, metrics.entityF1Strict ?? null) }
}

const noteOnStrict = (
  gold: readonly (readonly string[])[],
  strict: number | null,
): readonly string[] => {
  const scheme = detectScheme(gold)
  if (strict === null) return ['The strict score is of IOB2, and some tags are not: there is none.']
  return scheme === 'IOB2'
    ? []
    : [`The gold tags are ${scheme}; the strict score reads them as IOB2, as seqeval does.`]
}

/** With a single file the tags are counted from the end: CoNLL-U has no such columns. */
const columnOf = async (
  file: string,
  tagColumn: number,
): Promise<AsyncGenerator<TokenSentence>> => {
  if ((await detectTokenFormat(file)) === 'conllu') {
    throw new InputError(
      `${file} is CoNLL-U, which has no column for predicted tags; give --predicted too.`,
    )
  }
  return readTokenSentences(file, { format: 'conll', tagColumn })
}

interface TokenFile {
  readonly file: string
  readonly sentences: AsyncGenerator<TokenSentence>
}

const readPairs = async (goldFile: TokenFile, predictedFile: TokenFile): Promise<TagPairs> => {
  const gold: (readonly string[])[] = []
  const predicted: (readonly string[])[] = []
  const guesses = predictedFile.sentences
  for await (const sentence of goldFile.sentences) {
    const { value } = await guesses.next()
    const guess = value as TokenSentence | undefined
    if (guess === undefined) throw endsEarly(predictedFile.file, goldFile.file, sentence)
    checkWords(goldFile.file, sentence, predictedFile.file, guess)
    gold.push(sentence.tags)
    predicted.push(guess.tags)
  }
  const more = (await guesses.next()).value as TokenSentence | undefined
  if (more) throw endsEarly(goldFile.file, predictedFile.file, more)
  return { gold, predicted }
}

const endsEarly = (short: string, long: string, sentence: TokenSentence): InputError =>
  new InputError(
    `${short} ends before the sentence at ${long}:${sentence.line}; give files of the same sentences.`,
  )

const checkWords = (
  goldFile: string,
  gold: TokenSentence,
  predictedFile: string,
  predicted: TokenSentence,
): void => {
  const longer = Math.max(gold.words.length, predicted.words.length)
  for (let at = 0; at < longer; at++) {
    if (gold.words[at] === predicted.words[at]) continue
    throw new InputError(
      `${place(goldFile, gold, at)} and ${place(predictedFile, predicted, at)}; give files of the same words.`,
    )
  }
}

const place = (file: string, { words, lines }: TokenSentence, at: number): string =>
  at < words.length
    ? `${file}:${lines[at]} has the word ${JSON.stringify(words[at]?.slice(0, 60))}`
    : `${file}:${lines.at(-1)} ends its sentence`
