import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { sealAttempt, sealOf } from '../../core/runs/attemptSeal.ts'
import type { RunRecord } from '../../core/runs/records.ts'
import {
  highestAttempt,
  layout,
  readRun,
  tryClaimAttempt,
  writeRun,
} from '../../core/runs/store.ts'
import { runsOfSweep, type SweepRun } from '../../core/runs/sweepEnd.ts'
import { Pulses } from '../../runtime/pulse.ts'
import { withLoss } from '../../runtime/restartRuns.ts'
import { jobRuns } from '../../runtime/slurm/jobFolder.ts'
import { endOfAttempt } from '../earlierAttempts.ts'
import { settleAttempt } from './settleAttempt.ts'
import type { Claim } from './workOnClaim.ts'

/** `unsure`: somebody has it, and whether that one lives is not known yet. */
type Look = Claim | 'closed' | 'taken' | 'unsure'

const pollMs = 500

/**
 * Takes open runs of a sweep for one of several trainers that know of each other only by the sweep's
 * folder. A run belongs to whoever made its next attempt's folder; where that one's heartbeat stands
 * still, its attempt is sealed and the next one made.
 */
export class CellClaims {
  private readonly pulses: Pulses

  constructor(
    private readonly sweepDir: string,
    /** Its `runs.txt` names the runs that are meant; some may be added. */
    private readonly jobDir: string,
    silenceMs: number,
    private readonly stoppedAs: () => 'stopped' | 'paused' | undefined,
  ) {
    this.pulses = new Pulses(silenceMs)
  }

  /**
   * The next run to work on; undefined when all are over or in the hands of trainers that live.
   * Waits for as long as that is not known of one.
   */
  async next(isStopping: () => boolean): Promise<Claim | undefined> {
    while (!isStopping()) {
      const looks = new Set<Look>()
      const meant = jobRuns(this.jobDir)
      for (const run of runsOfSweep(this.sweepDir)) {
        if (!meant.has(run.record.id)) continue
        const look = await this.look(run)
        if (typeof look === 'object') return look
        looks.add(look)
      }
      if (!looks.has('unsure')) return undefined
      await sleep(pollMs)
    }
    return undefined
  }

  private async look({ dir, record }: SweepRun): Promise<Look> {
    const { state } = record
    if (state !== 'queued' && state !== 'running') return 'closed'
    const highest = highestAttempt(dir)
    // A queued run's own attempt is over: it was put back.
    const isFree = highest === 0 || (state === 'queued' && record.attempt >= highest)
    if (isFree) return take(dir, record, highest + 1)
    const sealed = sealOf(dir, highest)
    if (sealed === 'successor') return this.takeOver(dir, record, highest)
    const pulse = this.pulses.look(layout.heartbeat(dir, highest))
    if (pulse === 'beats') return 'taken'
    if (pulse === 'unknown') return 'unsure'
    if (sealed === 'owner') {
      return (await this.settle(dir, record, highest)) ? 'unsure' : take(dir, record, highest + 1)
    }
    sealAttempt(dir, highest, 'successor')
    return 'unsure'
  }

  /** Its owner died, or sleeps, between its last event and the record: what it did is kept. */
  private async settle(dir: string, record: RunRecord, attempt: number): Promise<boolean> {
    const end = endOfAttempt(dir, attempt)
    if (!end) return false
    await settleAttempt(dir, { ...record, attempt }, end, end.time, this.stoppedAs())
    return true
  }

  private async takeOver(dir: string, record: RunRecord, lost: number): Promise<Look> {
    if (await this.settle(dir, record, lost)) return 'unsure'
    const counted = withLoss(dir, record, lost)
    if (counted.state !== 'failed') return take(dir, counted, lost + 1)
    writeRun(dir, { ...counted, attempt: lost })
    return 'closed'
  }
}

const take = (runDir: string, record: RunRecord, attempt: number): Look => {
  if (!fs.existsSync(layout.runRecord(runDir)) || !tryClaimAttempt(runDir, attempt)) return 'unsure'
  // The record may be older than the claim that was looked at.
  const now = readRun(runDir)
  const lost = record.lost ?? now.lost
  return { runDir, attempt, record: { ...now, ...(lost === undefined ? {} : { lost }) } }
}
