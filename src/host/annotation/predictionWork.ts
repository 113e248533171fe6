import { type PredictionMap, SentenceCache } from '../../core/annotation/predictionMap.ts'
import type { TextLines } from '../../core/annotation/textLines.ts'
import { weightsMark } from '../../core/model/weightsMark.ts'
import { mostSentences, type PredictedSpan } from '../../core/protocol/predictions.ts'
import type { ChosenModel } from './chooseModel.ts'
import type { Predictor } from './predictor.ts'

/** Sentences at once: few where somebody waits for them. */
const visibleBatch = 24
const restBatch = Math.min(32, mostSentences)
/** So many batches are sorted by length: a batch takes as long as its longest sentence would in each place. */
const sortedBatches = 8
/** A pause in typing; shorter ones predict what is half written. */
const pauseMs = 60
/** Lines that are looked through for work before the editor gets its turn. */
const linesAtOnce = 2000

export interface Lines {
  readonly first: number
  /** Up to, not with. */
  readonly end: number
}

export interface WorkHooks {
  /** What is on screen, of all editors that show the text. */
  visible(): readonly Lines[]
  /** Lines have new predictions. */
  predicted(ms: number): void
  /** Lines done, of all; called as the rest of the text is worked through. */
  progress(done: number, of: number): void
  failed(error: unknown): void
}

/** Keeps a text's predictions up to date: what is on screen first, then the rest, after each pause in typing. */
export class PredictionWork {
  private cursor = 0
  /** Sentences of the rest, by length, that wait for their turn. */
  private waiting: string[] = []
  private running = false
  private timer: NodeJS.Timeout | undefined
  private over = false
  /** Whether the lines that nobody looks at are predicted too. */
  wholeText = true

  constructor(
    private readonly predictor: Pick<Predictor, 'ask'>,
    private readonly model: ChosenModel,
    private readonly text: TextLines,
    readonly map: PredictionMap,
    private readonly hooks: WorkHooks,
  ) {}

  /** Something is to be predicted: now, or after a pause in typing. */
  wake(edited: boolean): void {
    if (edited) {
      this.cursor = 0
      this.waiting = []
    }
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.work(), edited ? pauseMs : 0)
  }

  dispose(): void {
    this.over = true
    clearTimeout(this.timer)
  }

  private async work(): Promise<void> {
    if (this.running) return
    this.running = true
    try {
      while (!this.over) {
        const sentences = this.nextOnScreen() ?? (await this.nextOfRest())
        if (!sentences) break
        await this.predict(sentences)
      }
    } catch (error) {
      // Said once: whoever mends it annotates again.
      if (!this.over) this.hooks.failed(error)
      this.over = true
    } finally {
      this.running = false
    }
  }

  private async predict(sentences: readonly string[]): Promise<void> {
    const began = performance.now()
    const { model } = this
    const answer = await this.predictor.ask<'tokens'>({
      type: 'tokens',
      model: model.folder,
      sentences: [...sentences],
    })
    sentences.forEach((sentence, at) => {
      this.map.cache.put(sentence, compact(answer.sentences[at] ?? []))
    })
    if (!this.over) this.hooks.predicted(performance.now() - began)
  }

  private nextOnScreen(): string[] | undefined {
    for (const { first, end } of this.hooks.visible()) {
      const missing = this.map.settle(first, end, visibleBatch)
      if (missing.length > 0) return missing.slice(0, visibleBatch)
    }
    return undefined
  }

  /** Undefined where nothing is left, or somebody called the rest off. */
  private async nextOfRest(): Promise<string[] | undefined> {
    const most = sortedBatches * restBatch
    while (this.wholeText && this.cursor < this.text.lineCount) {
      const waiting = this.nextWaiting()
      if (waiting) return waiting
      const end = Math.min(this.cursor + linesAtOnce, this.text.lineCount)
      const missing = this.map.settle(this.cursor, end, most)
      while (this.cursor < end && this.map.isFresh(this.cursor)) this.cursor++
      this.hooks.progress(this.cursor, this.text.lineCount)
      this.waiting = missing.slice(0, most).sort((a, b) => a.length - b.length)
      if (missing.length > 0) continue
      await new Promise((resolve) => setImmediate(resolve))
      const onScreen = this.nextOnScreen()
      if (onScreen) return onScreen
    }
    return undefined
  }

  /** Some may have come on screen, or into another text, meanwhile. */
  private nextWaiting(): string[] | undefined {
    this.waiting = this.waiting.filter((sentence) => this.map.cache.get(sentence) === undefined)
    const next = this.waiting.splice(0, restBatch)
    return next.length > 0 ? next : undefined
  }
}

const mostCaches = 3
const surely = 0.005

/** A file has hundreds of thousands of them: shares that nobody reads are left out. */
const compact = (spans: readonly PredictedSpan[]): PredictedSpan[] =>
  spans.map((span) => ({
    ...span,
    types: span.types.filter(({ probability }, at) => at === 0 || probability >= surely),
  }))

/** One cache a model, for all files that it annotates. */
export class SentenceCaches {
  private readonly caches = new Map<string, { weights: string; cache: SentenceCache }>()

  of({ folder }: ChosenModel): SentenceCache {
    const known = this.caches.get(folder)
    const kept = known && !this.isOutdated(folder) ? known : undefined
    const entry = kept ?? { weights: weightsMark(folder), cache: new SentenceCache() }
    this.caches.delete(folder)
    this.caches.set(folder, entry)
    const [oldest] = this.caches.keys()
    if (oldest !== undefined && this.caches.size > mostCaches) this.caches.delete(oldest)
    return entry.cache
  }

  /** Whether a folder was written over with another model; of one that was deleted the loaded model goes on. */
  isOutdated(folder: string): boolean {
    const weights = weightsMark(folder)
    const known = this.caches.get(folder)
    return known !== undefined && weights !== '' && weights !== known.weights
  }
}
