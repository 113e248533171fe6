import path from 'node:path'
import { parseArgs } from 'node:util'
import { Value } from 'typebox/value'
import {
  type PredictionMessage,
  PredictionRequestSchema,
  predictionProtocol,
} from '../core/protocol/predictions.ts'
import { locateTensorflow } from '../runtime/tensorflow.ts'
import { ServeModels } from './serveModels.ts'
import { ServeQueue } from './serveQueue.ts'

/**
 * The trainer program's second trade: predictions of fine-tuned models, for the editor that started
 * it. They talk over the channel that Node opens to a child process: no path that another user could
 * reach, and its end is the end of the server.
 */
export const serve = (args: readonly string[], programDir: string): Promise<number> => {
  const { values } = parseArgs({ args: [...args], options: { backend: { type: 'string' } } })
  const tensorflow = locateTensorflow()
  const wanted = values.backend === 'wasm' || !tensorflow ? 'wasm' : 'tensorflow'
  const models = new ServeModels({
    backend: wanted,
    files: { binding: tensorflow?.binding, wasmDir: path.join(programDir, 'wasm') },
  })
  const send = (message: PredictionMessage) => {
    if (process.connected) process.send?.(message)
  }
  const queue = new ServeQueue((request) => models.answer(request), send)
  process.on('message', (message: unknown) => {
    if (Value.Check(PredictionRequestSchema, message)) queue.receive(message)
  })
  send({ type: 'ready', protocol: predictionProtocol })
  models.warm()
  return new Promise((resolve) => {
    if (!process.connected) resolve(1)
    process.once('disconnect', () => resolve(0))
  })
}
