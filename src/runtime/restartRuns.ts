import path from 'node:path'
import { EventLogReader } from '../core/runs/eventLog.ts'
import { withFolderLock } from '../core/runs/folderLock.ts'
import type { RunRecord, TrainerRecord } from '../core/runs/records.ts'
import { highestAttempt, layout, readRun, writeRun } from '../core/runs/store.ts'
import { type LaunchOptions, launchRuns } from './launchTrainer.ts'
import { isAlive, livingElsewhere } from './trainerRecord.ts'

/** So many attempts in a row may end with their trainer before they got any further. */
const mostLost = 3

/**
 * To be called by whoever sees that a trainer is gone with work left. Runs it had begun count one
 * more lost attempt (once, whoever sees it); at three in a row without progress the run is `failed`,
 * so that what kills its trainer does not hold up the others. The rest is launched again, and goes on
 * from the last checkpoints.
 * @returns the trainer at work now; undefined where nothing was left to do
 * @throws as `launchRuns`
 */
export const restartRuns = async (options: LaunchOptions): Promise<TrainerRecord | undefined> => {
  const store = path.resolve(options.store)
  const elsewhere = await livingElsewhere(store)
  const lives = (trainer: TrainerRecord) => isAlive(trainer) || trainer.socket === elsewhere?.socket
  const open = options.runs.filter((run) => {
    const state = noteLoss(store, path.resolve(run), lives)
    return state === 'queued' || state === 'running'
  })
  return open.length === 0 ? undefined : launchRuns({ ...options, runs: open })
}

const noteLoss = (
  store: string,
  runDir: string,
  lives: (trainer: TrainerRecord) => boolean,
): RunRecord['state'] =>
  withFolderLock(`${layout.trainerRecord(store)}.lock`, () => {
    const record = readRun(runDir)
    const { state, trainer, attempt } = record
    if (state !== 'running' || record.lost?.attempt === attempt) return state
    if (trainer && lives(trainer)) return state
    if (attemptEnded(runDir)) return state
    const counted = withLoss(runDir, record, attempt)
    writeRun(runDir, counted)
    return counted.state
  })

/**
 * Records a run as stopped or paused whose trainer died before it could do so.
 * @returns false where its attempt had come to its end: its record is to be mended by a trainer
 */
export const haltLost = (store: string, runDir: string, how: 'stop' | 'pause'): boolean =>
  withFolderLock(`${layout.trainerRecord(store)}.lock`, () => {
    const record = readRun(runDir)
    if (record.state !== 'queued' && record.state !== 'running') return true
    if (record.state === 'running' && attemptEnded(runDir)) return false
    const state = how === 'pause' ? 'paused' : 'stopped'
    writeRun(runDir, { ...record, state, ended: Date.now() })
    return true
  })

// Only its record is missing then, which the next trainer mends.
const attemptEnded = (runDir: string): boolean => whatIsLeft(runDir).isOver

/** The record with one more lost attempt: with too many in a row without progress, `failed`. */
export const withLoss = (runDir: string, record: RunRecord, attempt: number): RunRecord => {
  const { progressed, step } = whatIsLeft(runDir)
  const count = progressed ? 1 : (record.lost?.count ?? 0) + 1
  const lost = { count, attempt }
  if (count < mostLost) return { ...record, lost }
  return {
    ...record,
    lost,
    state: 'failed',
    ended: Date.now(),
    reason: `Its trainer ended ${count} times in a row at this run, the last time after step ${step}: was it killed, or out of memory? See trainer.log.`,
  }
}

/** What the newest attempt's events tell. */
const whatIsLeft = (runDir: string) => {
  const events = new EventLogReader(layout.events(runDir, highestAttempt(runDir))).read()
  const last = events.findLast((event) => event.type === 'step' || event.type === 'started')
  return {
    isOver: events.at(-1)?.type === 'finished',
    /** A later attempt begins further on than this one did. */
    progressed: events.some(({ type }) => type === 'checkpoint'),
    step: last?.type === 'step' ? last.step : last?.type === 'started' ? last.resumedFrom : 0,
  }
}
