import { parentPort, workerData } from 'node:worker_threads'
import { IoLoop } from './ioLoop.ts'
import type { IoOrder, IoStart } from './ioMessages.ts'

/**
 * The trainer's I/O thread. A training step blocks the main thread for as long as it takes: socket,
 * heartbeat, queue and event files live here, so that they go on meanwhile.
 */
const port = parentPort
if (!port) throw new Error('trainerIo.js is started by trainer.js, not by itself.')

const loop = new IoLoop(workerData as IoStart, (notice) => port.postMessage(notice))
port.on('message', (order: IoOrder) => loop.receive(order))
void loop.start()
