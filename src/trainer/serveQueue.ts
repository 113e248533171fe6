import { InputError, messageOf } from '../core/errors.ts'
import type { PredictionMessage, PredictionRequest } from '../core/protocol/predictions.ts'

type ModelRequest = Exclude<PredictionRequest, { type: 'cancel' }>

/** Works through requests one after the other; between two of them it hears what was cancelled. */
export class ServeQueue {
  private waiting: ModelRequest[] = []
  private working = false

  constructor(
    private readonly answer: (request: ModelRequest) => Promise<PredictionMessage>,
    private readonly send: (message: PredictionMessage) => void,
  ) {}

  receive(request: PredictionRequest): void {
    if (request.type === 'cancel') {
      this.cancel(new Set(request.ids))
      return
    }
    this.waiting.push(request)
    if (!this.working) void this.work()
  }

  private cancel(ids: ReadonlySet<number>): void {
    for (const { id } of this.waiting) if (ids.has(id)) this.send({ type: 'cancelled', id })
    this.waiting = this.waiting.filter(({ id }) => !ids.has(id))
  }

  private async work(): Promise<void> {
    this.working = true
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      this.send(await this.settle(next))
      // Predicting blocks JavaScript: let in what came meanwhile.
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.working = false
  }

  private async settle(request: ModelRequest): Promise<PredictionMessage> {
    try {
      return await this.answer(request)
    } catch (error) {
      const input = error instanceof InputError
      return { type: 'failed', id: request.id, error: messageOf(error), input }
    }
  }
}
