import path from 'node:path'
import { TrainerClient } from '../runtime/trainerClient.ts'
import { isAlive, readTrainerRecords } from '../runtime/trainerRecord.ts'
import type { Wake } from './followRuns.ts'

/** Connections to a store's trainers. The files tell all: only stopping needs them. */
export class Trainers {
  private readonly clients = new Map<string, TrainerClient>()
  private readonly dirs: readonly string[]

  constructor(
    private readonly store: string,
    dirs: readonly string[],
    private readonly wake: Wake,
  ) {
    this.dirs = dirs.map((dir) => path.resolve(dir))
  }

  /** To those that live and are not connected yet. */
  async connect(): Promise<void> {
    for (const record of readTrainerRecords(this.store).filter(isAlive)) {
      const { socket } = record
      if (this.clients.has(socket)) continue
      const client = await TrainerClient.connect(record).catch(() => undefined)
      if (!client) continue
      this.clients.get(socket)?.dispose()
      this.clients.set(socket, client)
      client.closed.then(() => {
        if (this.clients.get(socket) === client) this.clients.delete(socket)
      })
      client.onMessage((message) => {
        if (message.type === 'event') this.wake.now()
      })
    }
  }

  /**
   * Stops the runs, also where others have replaced trainers meanwhile.
   * @returns whether there is anybody to ask
   */
  async stop(): Promise<boolean> {
    await this.connect()
    for (const client of this.clients.values()) client.stop(this.dirs).catch(() => {})
    return this.clients.size > 0
  }

  dispose(): void {
    for (const client of this.clients.values()) client.dispose()
    this.clients.clear()
  }
}
