import fs from 'node:fs'
import path from 'node:path'
import type * as vscode from 'vscode'
import { formatDuration, formatScore, metricLabel } from '../core/runs/describe.ts'
import type { RunEvent } from '../core/runs/events.ts'
import { Disposables } from './disposables.ts'
import type { FollowedRun } from './runs/followedRun.ts'
import type { StoreChange } from './runs/storeFollower.ts'
import type { WorkspaceRuns } from './runs/workspaceRuns.ts'

const mostLogBytes = 64_000

/** Writes what the trainers report to the output channel *Headway*, in words. */
export class TrainingLog implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly read = new Map<string, number>()

  constructor(
    private readonly log: vscode.LogOutputChannel,
    workspaceRuns: WorkspaceRuns,
  ) {
    this.disposables.track(workspaceRuns.changed.on((change) => change && this.take(change)))
  }

  show(): void {
    this.log.show(true)
  }

  /** Appends what a store's trainer printed since the last time. */
  readTrainerLog(store: string): void {
    const file = path.join(store, '.headway', 'trainer.log')
    const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0
    const from = Math.max(this.read.get(file) ?? 0, size - mostLogBytes)
    if (size <= from) return
    this.read.set(file, size)
    const bytes = Buffer.alloc(size - from)
    const handle = fs.openSync(file, 'r')
    try {
      fs.readSync(handle, bytes, 0, bytes.length, from)
    } finally {
      fs.closeSync(handle)
    }
    for (const line of bytes.toString('utf8').split('\n'))
      if (line) this.log.info(`trainer: ${line}`)
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private take({ sweep, run, change }: StoreChange): void {
    const name = `${sweep.record.name}/${run.state.record.id}`
    if (change.type === 'state') this.log.info(`${name}: ${change.state}`)
    if (change.type !== 'event') return
    const line = lineFor(change.event, run)
    if (line) this.log[line.level](`${name}: ${line.text}`)
    if (change.event.type === 'finished' || change.event.type === 'started') {
      this.readTrainerLog(sweep.store)
    }
  }
}

interface Line {
  readonly level: 'info' | 'warn' | 'error' | 'debug'
  readonly text: string
}

const lineFor = (event: RunEvent, run: FollowedRun): Line | undefined => {
  switch (event.type) {
    case 'log':
      return { level: event.level === 'warning' ? 'warn' : 'info', text: event.message }
    case 'phase':
      return { level: 'debug', text: event.phase }
    case 'started':
      return {
        level: 'info',
        text: `training: ${event.trainExamples} examples, ${event.totalSteps} steps, ${event.backend}, ${event.precision}`,
      }
    case 'evaluation': {
      const metric = run.state.record.config.selectionMetric
      const score = event.metrics[metric]
      return {
        level: 'info',
        text: `epoch ${Math.round(event.epoch)}: dev ${metricLabel(metric)} ${formatScore(score)}`,
      }
    }
    case 'finished':
      return {
        level: event.state === 'failed' || event.state === 'diverged' ? 'error' : 'info',
        text: `${event.state} after ${formatDuration(event.seconds)}${event.reason ? `: ${event.reason}` : ''}`,
      }
    default:
      return undefined
  }
}
