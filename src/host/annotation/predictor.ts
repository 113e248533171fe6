import path from 'node:path'
import * as vscode from 'vscode'
import type { ModelFacts } from '../../core/protocol/predictions.ts'
import { requireTrainerNode } from '../../runtime/node.ts'
import { PredictionProcess, PredictionServerEnded } from '../../runtime/predictionProcess.ts'
import { readSettings } from '../settings.ts'

/** Unused for so long, the server and its models are let go; the next question starts it again. */
const idleMs = 10 * 60_000
/** So often in a row may it end before it has answered anything. */
const mostFailures = 3

type Ask = PredictionProcess['ask']

/** This window's prediction server: started at need, again where it was killed, let go when idle. */
export class Predictor implements vscode.Disposable {
  private server: Promise<PredictionProcess> | undefined
  private readonly facts = new Map<string, Promise<ModelFacts>>()
  private idle: NodeJS.Timeout | undefined
  private told = false
  /** Of the servers that ended since the last answer. */
  private failures = 0
  private counted: PredictionProcess | undefined
  private disposed = false

  constructor(
    private readonly dist: string,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** What a folder's model is; loads it. @throws InputError where it is none */
  load(model: string): Promise<ModelFacts> {
    let facts = this.facts.get(model)
    if (!facts) {
      facts = this.ask<'load'>({ type: 'load', model }).then((answer) => answer.facts)
      facts.catch(() => this.facts.delete(model))
      this.facts.set(model, facts)
    }
    return facts
  }

  /** A model will be asked for: starts the server meanwhile, which loads what any model needs. */
  warm(): void {
    this.keep()
    // Whatever is in the way is said where the model is asked for.
    this.running().catch(() => {})
  }

  /** A folder's model may have changed: read it again at its next use. */
  forget(model: string): void {
    this.facts.delete(model)
  }

  /** Asks again where the server was killed meanwhile. */
  ask: Ask = async (request, onId) => {
    for (;;) {
      this.keep()
      const server = await this.running()
      try {
        const answer = await server.ask(request, onId)
        this.failures = 0
        return answer
      } catch (error) {
        const goOn = error instanceof PredictionServerEnded && !this.disposed
        if (!goOn) throw error
        // Once for each server, however many requests waited for it.
        if (this.counted !== server) this.failures++
        this.counted = server
        if (this.failures >= mostFailures) throw error
      }
    }
  }

  /** Of the running server; for tests. */
  async pid(): Promise<number | undefined> {
    return (await this.server)?.pid
  }

  dispose(): void {
    this.disposed = true
    this.stop()
  }

  private running(): Promise<PredictionProcess> {
    this.server ??= this.start()
    return this.server
  }

  private async start(): Promise<PredictionProcess> {
    try {
      const { nodePath, backend } = readSettings()
      const server = await PredictionProcess.start({
        trainerScript: path.join(this.dist, 'trainer.js'),
        node: await requireTrainerNode(({ step }) => this.log.info(step), { setting: nodePath }),
        backend,
        onOutput: (line) => this.log.debug(`prediction server: ${line}`),
      })
      void server.ended.then(() => this.ended())
      return server
    } catch (error) {
      this.server = undefined
      throw error
    }
  }

  private ended(): void {
    if (!this.server || this.disposed) return
    this.server = undefined
    this.facts.clear()
    this.log.warn('The prediction server ended unasked; the next question starts it again.')
    if (this.told) return
    this.told = true
    void vscode.window.showWarningMessage(
      'Headway’s prediction server ended and is started again; your labels are not concerned.',
    )
  }

  private keep(): void {
    clearTimeout(this.idle)
    this.idle = setTimeout(() => this.stop(), idleMs)
  }

  private stop(): void {
    clearTimeout(this.idle)
    const server = this.server
    this.server = undefined
    this.facts.clear()
    void server?.then(
      (process) => process.dispose(),
      () => {},
    )
  }
}
