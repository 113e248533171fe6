import os from 'node:os'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { displaySpans } from '../../src/core/annotation/displaySpans.ts'
import { LabelledText } from '../../src/core/annotation/labelledText.ts'
import { PredictionMap, SentenceCache } from '../../src/core/annotation/predictionMap.ts'
import { TextLines } from '../../src/core/annotation/textLines.ts'
import { loadTokenData } from '../../src/core/data/tokenData.ts'
import { PredictionWork } from '../../src/host/annotation/predictionWork.ts'
import { PredictionProcess } from '../../src/runtime/predictionProcess.ts'
import { detokenise } from '../support/detokenise.ts'
import type { Awaited, HostScenario } from './annotationInHost.ts'

const linesOnScreen = 45
const wantedWords = 10_000

/** What the editor has under it, without the editor: prediction server, cache, map, work. */
const openText = (text: string, model: string, server: PredictionProcess) => {
  const labels = new LabelledText(TextLines.of(text))
  const map = new PredictionMap(labels.text, new SentenceCache())
  let progressed = () => {}
  const work = new PredictionWork(
    { ask: server.ask.bind(server) },
    { folder: model, name: 'bench' },
    labels.text,
    map,
    {
      visible: () => [{ first: 0, end: linesOnScreen }],
      predicted: () => progressed(),
      progress: () => progressed(),
      failed: (error) => {
        throw error
      },
    },
  )
  const until = (done: () => boolean) =>
    new Promise<void>((resolve) => {
      progressed = () => {
        if (done()) resolve()
      }
      progressed()
    })
  const fresh = (end: number) => () => {
    map.settle(0, end)
    return Array.from({ length: Math.min(end, labels.text.lineCount) }, (_, line) => line).every(
      (line) => map.isFresh(line),
    )
  }
  const edit = (start: number, text: string) => {
    const edits = [{ start, end: start, text }]
    map.edit(edits)
    labels.edit(edits, false)
    work.wake(true)
  }
  return { labels, map, work, until, fresh, edit }
}

const wordsOf = (sentences: readonly string[]): string[] => {
  const lines: string[] = []
  for (let words = 0, at = 0; words < wantedWords; at++) {
    const sentence = `${sentences[at % sentences.length]}${at < sentences.length ? '' : ` ${at}`}`
    words += sentence.split(/\s+/).length
    lines.push(sentence)
  }
  return lines
}

export const measureAnnotation = async (
  trainerScript: string,
  model: string,
  sentences: readonly string[],
): Promise<Record<string, number>> => {
  const lines = wordsOf(sentences)
  const figures: Record<string, number> = {}
  let began = performance.now()
  const lap = (name: string) => {
    figures[name] = Math.round(performance.now() - began)
    began = performance.now()
  }
  const server = await PredictionProcess.start({ trainerScript, node: process.execPath })
  lap('serverStartMs')
  await server.ask<'load'>({ type: 'load', model })
  lap('modelLoadMs')
  await server.ask<'tokens'>({ type: 'tokens', model, sentences: ['Warm up.'] })
  const blocked = monitorEventLoopDelay({ resolution: 5 })
  blocked.enable()
  began = performance.now()
  const { labels, map, work, until, fresh, edit } = openText(lines.join('\n'), model, server)
  work.wake(false)
  await until(fresh(linesOnScreen))
  lap('onScreenMs')
  began -= figures.onScreenMs ?? 0
  await until(fresh(Number.POSITIVE_INFINITY))
  lap('wholeTextMs')
  await wait(200)
  const strokes: number[] = []
  for (let stroke = 0; stroke < 20; stroke++) {
    began = performance.now()
    edit(labels.text.lineStart(10) + 3, 'x')
    await until(fresh(linesOnScreen))
    strokes.push(performance.now() - began)
    await wait(20)
  }
  figures.afterKeyStrokeMs = Math.round(strokes.sort((a, b) => a - b)[10] ?? 0)
  figures.longestBlockMs = Math.round(blocked.max / 1e6)
  blocked.disable()
  work.dispose()
  server.dispose()
  await server.ended
  return { ...figures, ...editsInLargeText(map) }
}

/** 20,000 spans, 1,000 edits: what one edit and one screen cost, and whether memory grows. */
const editsInLargeText = (map: PredictionMap): Record<string, number> => {
  const count = 20_000
  const text = Array.from({ length: count }, (_, at) => `Then Ada ${at} came to Lisbon again.`)
  const labels = new LabelledText(TextLines.of(text.join('\n')))
  const spans = text.map((_, line) => {
    const start = labels.text.lineStart(line) + 5
    return { id: `s${line}`, start, end: start + 3, type: 'PER', status: 'gold' as const }
  })
  labels.change({ what: 'label', set: spans, by: 'bench', at: 1 })
  const predictions = new PredictionMap(labels.text, map.cache)
  const edit = (at: number) => {
    const edits = [{ start: labels.text.lineStart(at), end: labels.text.lineStart(at), text: 'x' }]
    predictions.edit(edits)
    labels.edit(edits, false)
    return labels.annotations.length
  }
  const source = { text: labels.text, annotations: labels.annotations, predictions, threshold: 0.8 }
  const screens = times(200, (at) => void displaySpans(source, at * 90, at * 90 + 165))
  times(100, (at) => void edit(at * 7))
  global.gc?.()
  const before = process.memoryUsage().heapUsed
  const edits = times(1000, (at) => void edit(at * 17))
  global.gc?.()
  const grown = (process.memoryUsage().heapUsed - before) / 1e6
  return {
    screenOf20000Ms: Number(screens.toFixed(2)),
    editOf20000Ms: Number(edits.toFixed(2)),
    grownIn1000EditsMB: Number(grown.toFixed(1)),
  }
}

/** The median of so many calls, ms. */
const times = (count: number, call: (at: number) => void): number => {
  const each = Array.from({ length: count }, (_, at) => {
    const began = performance.now()
    call(at)
    return performance.now() - began
  })
  return each.sort((a, b) => a - b)[count >> 1] ?? 0
}

const sampleSentences = async (root: string): Promise<string[]> => {
  const files = ['train', 'dev'].map((name) => path.join(root, 'samples/ner', `${name}.conll`))
  const sets = await Promise.all(files.map((file) => loadTokenData(file, {})))
  return sets.flatMap(({ sentences }) => sentences.map(({ words }) => detokenise(words).text))
}

/** Lines in which the model is sure of something, and sentences beside them: for the editor's turn. */
const scenarioOf = async (model: string, sentences: readonly string[], trainerScript: string) => {
  const lines = wordsOf(sentences)
  const server = await PredictionProcess.start({ trainerScript, node: process.execPath })
  const finds: boolean[] = []
  const typed = Array.from({ length: 30 }, (_, at) => sentences[at]?.replace(/^/, `${at} `) ?? '')
  const all = [...lines, ...typed]
  for (let at = 0; at < all.length; at += 64) {
    const some = all.slice(at, at + 64)
    const answer = await server.ask<'tokens'>({ type: 'tokens', model, sentences: some })
    finds.push(...answer.sentences.map((spans) => spans.length > 0))
  }
  server.dispose()
  await server.ended
  return {
    model,
    lines,
    found: lines.flatMap((_, at) => (finds[at] ? at : [])),
    typed: typed.filter((_, at) => finds[lines.length + at]),
  }
}

interface InHost {
  readonly opened: Awaited
  readonly strokes: readonly Awaited[]
  /** What was drawn in the window, whenever that changed. */
  readonly drawn: readonly { readonly at: number; readonly lines: readonly string[] }[]
}

/** How long after it all of its lines were drawn in, ms. */
const drawnAfter = ({ at, lines }: Awaited, drawn: InHost['drawn']): number => {
  const done = drawn.find((look) => {
    return look.at >= at && lines.every((line) => look.lines.includes(line))
  })
  return done ? done.at - at : Number.NaN
}

const onScreen = ({ opened, strokes, drawn, ...others }: InHost) => {
  const after = strokes.map((stroke) => drawnAfter(stroke, drawn)).sort((a, b) => a - b)
  return {
    onScreenMs: drawnAfter(opened, drawn),
    afterKeyStrokeMs: after[after.length >> 1],
    afterKeyStrokeMostMs: after.at(-1),
    ...others,
  }
}

/**
 * @param inHost runs the scenario in VS Code's extension host
 * @param args folder of a fine-tuned model
 */
export const annotationLatency = async (
  root: string,
  inHost: (scenario: HostScenario) => Promise<InHost>,
  args: readonly string[],
): Promise<void> => {
  const [folder] = args
  if (!folder) throw new Error('node --expose-gc test/bench/annotation.mjs MODEL_FOLDER')
  const model = path.resolve(folder)
  const sentences = await sampleSentences(root)
  const trainerScript = path.join(root, 'dist/trainer.js')
  const server = await measureAnnotation(trainerScript, model, sentences)
  const editor = onScreen(await inHost(await scenarioOf(model, sentences, trainerScript)))
  const load = Number((os.loadavg()[0] ?? 0).toFixed(1))
  process.stdout.write(`${JSON.stringify({ server, editor, loadAverage: load }, null, 2)}\n`)
}
