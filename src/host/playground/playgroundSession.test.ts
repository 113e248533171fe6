import { describe, expect, it } from 'vitest'
import { InputError } from '../../core/errors.ts'
import type { PlaygroundMessage, PlayTexts } from '../../core/protocol/playground.ts'
import type { ModelFacts } from '../../core/protocol/predictions.ts'
import type { Trace } from '../../core/protocol/trace.ts'
import type { ChosenModel } from '../annotation/chooseModel.ts'
import { PlaygroundSession, type PlaygroundSessionOptions } from './playgroundSession.ts'

const facts: ModelFacts = {
  head: 'sentence',
  labels: ['bad', 'good'],
  regression: false,
  tags: null,
  types: ['bad', 'good'],
  backend: 'wasm',
}
const traceOf = (text: string): Trace => ({
  pieces: [{ text, id: 1, segment: 0 }],
  cut: 0,
  layers: 1,
  heads: 1,
  attention: '/w==',
  output: { kind: 'score', score: 0 },
})
const model: ChosenModel = { folder: '/models/one', name: 'one' }
const other: ChosenModel = { folder: '/models/two', name: 'two' }

/** A session whose predictor answers when it is told to. */
const begin = (choose: () => ChosenModel | undefined = () => undefined, earlier?: PlayTexts) => {
  const typed: unknown[] = []
  const posted: PlaygroundMessage[] = []
  const asked: { text: string; model: string; answer: (error?: Error) => Promise<void> }[] = []
  const shown: string[] = []
  const ask = (request: { model: string; text?: string }) =>
    new Promise((resolve, reject) => {
      const text = request.text ?? ''
      asked.push({
        text,
        model: request.model,
        answer: async (error) => {
          if (error) reject(error)
          else resolve({ type: 'traced', id: 1, trace: traceOf(text) })
          await new Promise((done) => setImmediate(done))
        },
      })
    })
  const predictor = {
    ask,
    load: async () => facts,
  } as unknown as PlaygroundSessionOptions['predictor']
  const session = new PlaygroundSession(model, {
    predictor,
    post: (message) => posted.push(message),
    runOf: async () => undefined,
    mayRead: () => true,
    choose: async () => choose(),
    changed: ({ name }) => shown.push(name),
    memory: {
      textsFor: () => earlier,
      typed: (...what) => typed.push(what),
    },
  })
  const trace = (request: number, text: string, { folder } = model) =>
    session.receive({ type: 'trace', request, folder, texts: { text } })
  return { session, posted, asked, shown, typed, trace }
}

describe('a playground’s session', () => {
  it('introduces its model with a text to begin with', async () => {
    const { session, posted } = begin()
    await session.receive({ type: 'ready' })
    expect(posted).toEqual([
      {
        type: 'model',
        folder: '/models/one',
        name: 'one',
        description: '/models/one',
        task: 'either',
        texts: { text: expect.stringMatching(/\w/) },
      },
    ])
  })

  it('begins with what was typed the last time, and remembers what is typed', async () => {
    const { session, posted, typed, trace } = begin(undefined, { text: 'mine' })
    await session.receive({ type: 'ready' })
    expect(posted).toMatchObject([{ type: 'model', texts: { text: 'mine' } }])
    void trace(1, 'mine, longer')
    expect(typed).toEqual([['/models/one', 'either', { text: 'mine, longer' }]])
  })

  it('works on one text at a time, then on the newest', async () => {
    const { trace, asked, posted } = begin()
    void trace(1, 'a')
    void trace(2, 'ab')
    void trace(3, 'abc')
    expect(asked.map(({ text }) => text)).toEqual(['a'])
    await asked[0]?.answer()
    expect(asked.map(({ text }) => text)).toEqual(['a', 'abc'])
    await asked[1]?.answer()
    expect(posted.map((message) => message.type === 'traced' && message.request)).toEqual([1, 3])
  })

  it('says what is wrong with one, and goes on with the next', async () => {
    const { trace, asked, posted } = begin()
    void trace(1, 'a')
    await asked[0]?.answer(new InputError('The model is gone.'))
    expect(posted).toEqual([{ type: 'failed', request: 1, error: 'The model is gone.' }])
    void trace(2, 'b')
    await asked[1]?.answer()
    expect(posted.at(-1)).toMatchObject({ type: 'traced', request: 2 })
  })

  it('drops what another model was asked', async () => {
    const { session, trace, asked, posted, shown } = begin(() => other)
    void trace(1, 'a')
    await session.receive({ type: 'choose' })
    expect(shown).toEqual(['two'])
    expect(posted).toMatchObject([
      { type: 'loading', name: 'two' },
      { type: 'model', name: 'two' },
    ])
    await asked[0]?.answer()
    expect(posted).toHaveLength(2)
    void trace(2, 'b', other)
    expect(asked.at(-1)?.model).toBe('/models/two')
  })

  it('does not hear what a page asks that knows the model before only', async () => {
    const { session, trace, asked } = begin(() => other)
    await session.receive({ type: 'choose' })
    await trace(1, 'typed for the first')
    expect(asked).toEqual([])
  })

  it('stays with its model where none is chosen', async () => {
    const { session, posted, shown } = begin()
    await session.receive({ type: 'choose' })
    expect([posted, shown]).toEqual([[], []])
  })

  it.each([
    undefined,
    'trace',
    { type: 'trace' },
    { type: 'trace', request: 1, folder: '/models/one', texts: { text: 5 } },
    { type: 'trace', request: 1, folder: '/models/one', texts: { text: 'a'.repeat(30_000) } },
    { type: 'trace', request: 1, folder: '/models/two', texts: { text: 'a' } },
    { type: 'open' },
  ])('does not hear what is no request: %j', async (message) => {
    const { session, posted, asked } = begin()
    await session.receive(message)
    expect([posted, asked]).toEqual([[], []])
  })
})
