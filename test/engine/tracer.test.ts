import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { softmax } from '../../src/core/metrics/softmax.ts'
import { mostTracedPieces, type Trace } from '../../src/core/protocol/trace.ts'
import { answerQuestion } from '../../src/engine/answerPredictor.ts'
import { loadFineTuned } from '../../src/engine/loadedModel.ts'
import { predictTexts } from '../../src/engine/textPredictor.ts'
import { predictTokens } from '../../src/engine/tokenPredictor.ts'
import { loadTracer } from '../../src/engine/tracer.ts'
import { backendFiles, fixture } from '../support/engineFiles.ts'

interface Golden {
  readonly ids: number[]
  readonly typeIds: number[]
  /** [layer][head][to][from] */
  readonly attention: number[][][][]
  readonly logits: number[]
}
/** Half a step of a byte, and what fp32 differs by. */
const byteError = 0.5 / 255 + 1e-5

const attentionOf = ({ attention }: Trace): number[] =>
  Array.from(Buffer.from(attention, 'base64'), (byte) => byte / 255)

describe.each(['tensorflow', 'wasm'] as const)('the trace of a text (%s)', (backend) => {
  const options = { backend, files: backendFiles() }

  it('holds the attention that transformers has', async () => {
    const golden = JSON.parse(fs.readFileSync(fixture('trace/attention.json'), 'utf8')) as Golden
    const tracer = await loadTracer(fixture('training'), options)
    const trace = tracer.trace({ text: 'w12 w35 w0', textPair: 'w56 w23 w12' })
    expect(trace.pieces.map(({ id }) => id)).toEqual(golden.ids)
    expect(trace.pieces.map(({ segment }) => segment)).toEqual(golden.typeIds)
    expect([trace.layers, trace.heads, trace.cut]).toEqual([2, 4, 0])
    const wanted = golden.attention.flat(3)
    const found = attentionOf(trace)
    expect(found).toHaveLength(wanted.length)
    const furthest = Math.max(...found.map((share, at) => Math.abs(share - wanted[at]!)))
    expect(furthest).toBeLessThan(byteError)
    const shares = softmax(golden.logits)
    const best = shares.indexOf(Math.max(...shares))
    expect(trace.output).toMatchObject({ kind: 'classes', classes: 3 })
    if (trace.output.kind !== 'classes') return
    expect(trace.output.shares[0]?.label).toBe(`LABEL_${best}`)
    expect(trace.output.shares[0]?.probability).toBeCloseTo(shares[best]!, 4)
    tracer.dispose()
  })
})

describe('what a trace ends in', () => {
  const options = { backend: 'tensorflow', files: backendFiles() } as const
  const both = async (name: string) => ({
    model: await loadFineTuned(fixture(name), options),
    tracer: await loadTracer(fixture(name), options),
  })

  it('is the class that is predicted', async () => {
    const { model, tracer } = await both('training')
    const [row = []] = predictTexts(model, [{ text: 'w3 w4 w5' }])
    const { output } = tracer.trace({ text: 'w3 w4 w5' })
    if (output.kind !== 'classes') throw new Error(output.kind)
    for (const { label, probability } of output.shares) {
      expect(probability).toBeCloseTo(row[model.head.labels.indexOf(label)]!, 4)
    }
    expect(output.shares.map(({ probability }) => probability)).toEqual(
      output.shares.map(({ probability }) => probability).sort((a, b) => b - a),
    )
  })

  it('is the score that is predicted', async () => {
    const { model, tracer } = await both('regression')
    const [row = []] = predictTexts(model, [{ text: 'w3 w4', textPair: 'w5' }])
    const { output } = tracer.trace({ text: 'w3 w4', textPair: 'w5' })
    if (output.kind !== 'score') throw new Error(output.kind)
    expect(output.score).toBeCloseTo(row[0]!, 4)
  })

  it('is each word’s tag', async () => {
    const { model, tracer } = await both('token')
    const text = 'w1 w2, w3-w4 w5.'
    const [predicted] = predictTokens(model, [text])
    const { output, pieces } = tracer.trace({ text })
    if (output.kind !== 'tags') throw new Error(output.kind)
    // A word of pieces that the vocabulary lacks is [UNK], and has a tag too.
    expect(output.words.map((word) => word.text)).toEqual(predicted!.words.map(({ text }) => text))
    output.words.forEach(({ shares, piece }, at) => {
      const { tag, probability, start, end } = predicted!.words[at]!
      expect(output.words[at]).toMatchObject({ start, end })
      expect(shares[0]?.label).toBe(tag)
      expect(shares[0]?.probability).toBeCloseTo(probability, 4)
      expect(pieces[piece]).toBeDefined()
    })
  })

  it('is the answer that is found, with its pieces', async () => {
    const { model, tracer } = await both('qa')
    const question = 'w2 w9?'
    const context = 'w20 w31 w42 w53 w64 w75 w86 w7'
    const answer = answerQuestion(model, question, context)
    const { output, pieces } = tracer.trace({ text: question, textPair: context })
    if (output.kind !== 'answer') throw new Error(output.kind)
    expect(output.text).toBe(answer.text)
    expect(output.probability).toBeCloseTo(answer.probability, 4)
    const words = pieces.slice(output.first, output.last + 1).map((piece) => piece.text)
    expect(words.join(' ')).toBe(answer.text)
    for (const shares of [output.start, output.end]) {
      expect(shares).toHaveLength(pieces.length)
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5)
      pieces.forEach(({ segment }, at) => {
        if (at > 0 && segment === 0) expect(shares[at]).toBe(0)
      })
    }
  })

  it('is no answer where [CLS] scores higher, and the model may say so', async () => {
    const { model, tracer } = await both('qa')
    const contexts = Array.from({ length: 60 }, (_, at) => `w${at + 20} w${90 - at} w${at + 7}`)
    const context = contexts.find(
      (each) => answerQuestion(model, 'w2 w9?', each, { unanswerable: true }).text === '',
    )
    if (context === undefined) throw new Error('No context of this model is without an answer.')
    const texts = { text: 'w2 w9?', textPair: context }
    const none = { kind: 'answer', text: '', first: -1, last: -1 }
    expect(tracer.trace({ ...texts, unanswerable: true }).output).toMatchObject(none)
    expect(tracer.trace(texts).output).not.toMatchObject(none)
  })

  it('is no answer in an empty context', async () => {
    const { tracer } = await both('qa')
    const { output } = tracer.trace({ text: 'w2 w9?', textPair: '' })
    expect(output).toMatchObject({ kind: 'answer', text: '', first: -1, last: -1 })
  })

  it('is of the first pieces of a long text, and says how many are left out', async () => {
    const { model, tracer } = await both('training')
    const words = mostTracedPieces + 30
    const { pieces, cut } = tracer.trace({ text: Array(words).fill('w7').join(' ') })
    const room = Math.min(model.maxLength, mostTracedPieces)
    expect(pieces).toHaveLength(room)
    expect(cut).toBe(words - room + 2)
  })

  it('takes an empty text', async () => {
    const { tracer } = await both('token')
    const { pieces, output } = tracer.trace({ text: '' })
    expect(pieces.map(({ text }) => text)).toEqual(['[CLS]', '[SEP]'])
    expect(output).toMatchObject({ kind: 'tags', words: [] })
  })
})
