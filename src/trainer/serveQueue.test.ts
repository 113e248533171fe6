import { expect, it } from 'vitest'
import { InputError } from '../core/errors.ts'
import type { PredictionMessage } from '../core/protocol/predictions.ts'
import { ServeQueue } from './serveQueue.ts'

it('answers in order, leaves out what was cancelled meanwhile, and goes on after a failure', async () => {
  const sent: PredictionMessage[] = []
  let all: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    all = resolve
  })
  const queue = new ServeQueue(
    async ({ id, model }) => {
      if (model === 'bad') throw new InputError('bad is no model.')
      return { type: 'pieces', id, pieces: [] }
    },
    (message) => {
      sent.push(message)
      if (sent.length === 4) all()
    },
  )
  const request = (id: number, model: string) => ({ type: 'pieces', id, model, text: '' }) as const
  queue.receive(request(1, 'good'))
  queue.receive(request(2, 'good'))
  queue.receive(request(3, 'bad'))
  queue.receive(request(4, 'good'))
  queue.receive({ type: 'cancel', ids: [2, 9] })
  await done
  expect(sent).toEqual([
    { type: 'cancelled', id: 2 },
    { type: 'pieces', id: 1, pieces: [] },
    { type: 'failed', id: 3, error: 'bad is no model.', input: true },
    { type: 'pieces', id: 4, pieces: [] },
  ])
})
