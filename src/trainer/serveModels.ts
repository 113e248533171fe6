import { labelKindOf } from '../core/data/labelKind.ts'
import { parseTag } from '../core/data/tagSchemes.ts'
import { weightsMark } from '../core/model/weightsMark.ts'
import type {
  ModelFacts,
  PredictedSpan,
  PredictionMessage,
  PredictionRequest,
  TypeShare,
} from '../core/protocol/predictions.ts'
import { answerQuestion } from '../engine/answerPredictor.ts'
import { startBackend } from '../engine/backends/startBackend.ts'
import { type LoadedModel, loadFineTuned, type PredictorOptions } from '../engine/loadedModel.ts'
import { predictTexts } from '../engine/textPredictor.ts'
import { predictTokens, type TokenPrediction } from '../engine/tokenPredictor.ts'
import { loadTracer, type Tracer } from '../engine/tracer.ts'

/** Of two runs that are compared, both stay in memory. */
const mostModels = 2
/** Types that are told of each span: its own, and the next ones. */
const mostShares = 4

type ModelRequest = Exclude<PredictionRequest, { type: 'cancel' }>

/** The models of a prediction server, and what they answer. */
export class ServeModels {
  /** Least recently used first. */
  private readonly models = new Map<string, Loaded>()

  private drawn: Drawn | undefined

  private warming: Promise<void> | undefined

  constructor(private readonly options: PredictorOptions) {}

  /** Loads what any model needs. */
  warm(): void {
    // What is in the way is said with the first model that is asked for.
    this.warming = startBackend(this.options.backend, this.options.files).catch(() => {})
  }

  /** @throws InputError where the folder holds no such model */
  async answer(request: ModelRequest): Promise<PredictionMessage> {
    const { id } = request
    if (request.type === 'trace') {
      const { text, textPair, unanswerable } = request
      const pair = textPair === undefined ? {} : { textPair }
      const tracer = await this.tracer(request.model)
      return { type: 'traced', id, trace: tracer.trace({ text, ...pair, unanswerable }) }
    }
    const model = await this.load(request.model)
    switch (request.type) {
      case 'load':
        return { type: 'loaded', id, facts: factsOf(model, this.options.backend) }
      case 'tokens': {
        const began = performance.now()
        const predicted = predictTokens(model, request.sentences)
        const classes = labelKindOf(model.head.labels) === 'classes'
        const sentences = predicted.map((each) => spansOf(each, classes ? model.head.labels : null))
        return { type: 'tokens', id, sentences, ms: performance.now() - began }
      }
      case 'classes': {
        const texts = request.texts.map(({ text, textPair }) =>
          textPair === undefined ? { text } : { text, textPair },
        )
        return { type: 'classes', id, rows: predictTexts(model, texts) }
      }
      case 'answer': {
        const { question, context, unanswerable } = request
        const { nbest } = answerQuestion(model, question, context, { unanswerable })
        const answers = nbest.map(({ text, start, probability }) => ({ text, start, probability }))
        return { type: 'answer', id, answers }
      }
      case 'pieces': {
        const { tokens } = model.tokenizer.encode(request.text, {
          maxLength: Number.POSITIVE_INFINITY,
        })
        return { type: 'pieces', id, pieces: tokens.slice(1, -1) }
      }
      default:
        return request satisfies never
    }
  }

  /** Its weights are held apart from the compiled models': those of the last model that was drawn. */
  private async tracer(folder: string): Promise<Tracer> {
    await this.warming
    const weights = weightsMark(folder)
    const { drawn } = this
    if (drawn?.folder === folder && (weights === '' || drawn.weights === weights)) {
      return drawn.tracer
    }
    this.drawn = undefined
    drawn?.tracer.dispose()
    const tracer = await loadTracer(folder, this.options)
    this.drawn = { folder, weights, tracer }
    return tracer
  }

  private async load(folder: string): Promise<LoadedModel> {
    await this.warming
    const weights = weightsMark(folder)
    const known = this.models.get(folder)
    // Of a run that was deleted the loaded model goes on.
    const isSame = known && (weights === '' || known.weights === weights)
    const entry = isSame ? known : { weights, model: await loadFineTuned(folder, this.options) }
    if (known && !isSame) known.model.dispose()
    this.models.delete(folder)
    this.models.set(folder, entry)
    const [oldest] = this.models
    if (oldest && this.models.size > mostModels) {
      this.models.delete(oldest[0])
      oldest[1].model.dispose()
    }
    return entry.model
  }
}

interface Drawn {
  readonly folder: string
  readonly weights: string
  readonly tracer: Tracer
}

interface Loaded {
  /** Tells them from others that were written over them since. */
  readonly weights: string
  readonly model: LoadedModel
}

const factsOf = ({ head }: LoadedModel, backend: ModelFacts['backend']): ModelFacts => {
  const tags = head.kind === 'token' ? labelKindOf(head.labels) : null
  const types =
    tags === 'spans' ? head.labels.flatMap((label) => parseTag(label)?.type ?? []) : head.labels
  return {
    head: head.kind,
    labels: [...head.labels],
    regression: head.regression,
    tags,
    types: [...new Set(types)],
    backend,
  }
}

/** @param classes label order, where each word has a class; null for entities */
const spansOf = (
  { words, entities }: TokenPrediction,
  classes: readonly string[] | null,
): PredictedSpan[] =>
  classes === null
    ? entities.map(({ start, end, type, probability, types }) => ({
        start,
        end,
        type,
        probability,
        types: types.slice(0, mostShares),
      }))
    : words.map(({ start, end, tag, probability, probabilities }) => ({
        start,
        end,
        type: tag,
        probability,
        types: bestShares(classes, probabilities),
      }))

const bestShares = (labels: readonly string[], probabilities: readonly number[]): TypeShare[] =>
  labels
    .map((type, at) => ({ type, probability: probabilities[at] ?? 0 }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, mostShares)
