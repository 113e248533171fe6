import fs from 'node:fs'
import { layout, readRun, writeRun } from '../core/runs/store.ts'
import { complain } from './log.ts'

interface Halt {
  readonly state: 'stopped' | 'paused'
  readonly time: number
}

/**
 * Records waiting runs as stopped or paused. What a full disk does not take is kept: somebody was told
 * that they are, and a launch would begin them.
 */
export class HaltRecords {
  private readonly unwritten = new Map<string, Halt>()

  get hasUnwritten(): boolean {
    return this.unwritten.size > 0
  }

  write(run: string, state: Halt['state'], time: number): void {
    this.unwritten.set(run, { state, time })
    this.drain(run, complain(`${run} could not be recorded as ${state} yet`))
  }

  /** They are wanted again. */
  forget(runs: readonly string[]): void {
    for (const run of runs) this.unwritten.delete(run)
  }

  retry(): void {
    for (const run of [...this.unwritten.keys()]) this.drain(run, () => {})
  }

  private drain(run: string, onFault: (error: unknown) => void): void {
    const halt = this.unwritten.get(run)
    try {
      if (halt) record(run, halt)
      this.unwritten.delete(run)
    } catch (error) {
      onFault(error)
      // Deleted, or damaged: there is nothing to wait for.
      if (!isReadable(run)) this.unwritten.delete(run)
    }
  }
}

const record = (run: string, { state, time }: Halt): void => {
  const there = readRun(run)
  // Another trainer of this store may have it, or be done with it.
  if (there.state === 'queued') writeRun(run, { ...there, state, ended: time })
}

const isReadable = (run: string): boolean => {
  if (!fs.existsSync(layout.runRecord(run))) return false
  try {
    readRun(run)
    return true
  } catch {
    return false
  }
}
