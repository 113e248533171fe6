import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InputError, messageOf } from '../core/errors.ts'
import type { TrainerRecord } from '../core/runs/records.ts'
import { layout } from '../core/runs/store.ts'
import { cacheDir } from './cache.ts'
import { type Seat, seatEnvironment } from './seats.ts'
import { refuseRunsOnSlurm } from './slurm/activeJob.ts'
import { locateTensorflow, tensorflowEnvironment } from './tensorflow.ts'
import { TrainerClient } from './trainerClient.ts'
import { copyTrainer } from './trainerCopy.ts'
import { isAlive, livingElsewhere, readTrainerSeat, recordedElsewhere } from './trainerRecord.ts'

export { isAlive }

export interface LaunchOptions {
  /** The folder that holds `.headway/`. */
  readonly store: string
  /** Run folders, worked through in this order. */
  readonly runs: readonly string[]
  /** `dist/trainer.js`. */
  readonly trainerScript: string
  /** A real Node, not Electron's. */
  readonly node: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Trainers that work through the runs side by side, each on a device or a share of the cores. */
  readonly parallel?: number
}

const patienceMs = 30_000
const pollMs = 25
const longestLog = 5_000_000

/**
 * Hands the runs to the store's trainer, starting one where none is at work. It goes on when this
 * process ends.
 * @throws InputError where a trainer of another version or machine is at work on the store, or a run
 * is none of the store's; Error with the end of the log where the trainer does not start.
 */
export const launchRuns = async (options: LaunchOptions): Promise<TrainerRecord> => {
  const store = path.resolve(options.store)
  const runs = options.runs.map((run) => path.resolve(run))
  await refuseRunsOnSlurm(runs)
  const gone = new Set<string>()
  await refuseBesideOthers(store, gone)
  const seats = Math.min(options.parallel ?? 1, runs.length)
  if (seats < 2) return launchSeat(store, runs, options, gone)
  const records: TrainerRecord[] = []
  // One after the other: they share the trainer's copy and the log.
  for (let seat = 0; seat < seats; seat++) {
    records.push(await launchSeat(store, runs, options, gone, { seat, seats }))
  }
  return records[0]!
}

const launchSeat = async (
  store: string,
  runs: readonly string[],
  options: LaunchOptions,
  gone: Set<string>,
  place?: Seat,
): Promise<TrainerRecord> => {
  let deadline = performance.now() + patienceMs
  let child: StartedTrainer | undefined
  let fault = ''
  while (performance.now() < deadline) {
    const record = readTrainerSeat(store, place?.seat ?? 0)
    if (record && isAlive(record)) {
      const refusal = await enqueue(record, runs)
      if (refusal === undefined) return record
      fault = refusal
    } else if (await refuseBesideOthers(store, gone)) {
      // One was recorded since the launch began, and listening to it took its time.
      deadline = performance.now() + patienceMs
    } else if (!child || child.ended()) {
      if (child?.failed()) throw new Error(notStarted(store, child))
      child = startTrainer(store, options, gone, place)
    }
    await sleep(pollMs)
  }
  throw new Error(
    `The trainer in ${store} does not answer${fault ? ` (${fault})` : ''}: see ${logFile(store)}.`,
  )
}

/** What stood in the way, where trying again, or another trainer, may help. */
const enqueue = async (
  record: TrainerRecord,
  runs: readonly string[],
): Promise<string | undefined> => {
  let client: TrainerClient | undefined
  try {
    client = await TrainerClient.connect(record)
    await client.enqueue(runs)
    return undefined
  } catch (error) {
    if (error instanceof InputError) throw error
    return messageOf(error)
  } finally {
    client?.dispose()
  }
}

/**
 * @param gone sockets of other machines' trainers that were found dead; those found so now are added
 * @returns whether there were any
 * @throws InputError where one of them lives, which shows within some seconds
 */
const refuseBesideOthers = async (store: string, gone: Set<string>): Promise<boolean> => {
  const unsure = recordedElsewhere(store).filter(({ socket }) => !gone.has(socket))
  const living = await livingElsewhere(store, unsure)
  if (living) {
    const { host, pid } = living.process
    throw new InputError(
      `A trainer on ${host} (process ${pid}) is at work in ${store}: wait until it has ended, or stop it there.`,
    )
  }
  for (const { socket } of unsure) gone.add(socket)
  return unsure.length > 0
}

interface StartedTrainer {
  readonly logFrom: number
  ended(): boolean
  failed(): boolean
}

const startTrainer = (
  store: string,
  options: LaunchOptions,
  gone: ReadonlySet<string>,
  place?: Seat,
): StartedTrainer => {
  const version = versionBeside(options.trainerScript)
  const env = {
    ...trainerEnvironment(options.env ?? process.env),
    ...(place ? seatEnvironment(place) : {}),
  }
  const script = copyTrainer(path.resolve(options.trainerScript), cacheDir(env), version)
  const log = openLog(store)
  try {
    const seat = place ? ['--seat', String(place.seat)] : []
    const dead = [...gone].flatMap((socket) => ['--gone', socket])
    const args = [script, '--store', store, '--app-version', version, ...seat, ...dead]
    const child = spawn(options.node, args, {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: store,
      env,
      windowsHide: true,
    })
    child.unref()
    return watch(child, fs.fstatSync(log).size)
  } finally {
    fs.closeSync(log)
  }
}

const watch = (child: ChildProcess, logFrom: number): StartedTrainer => {
  let fault: Error | undefined
  child.once('error', (error) => {
    fault = error
  })
  const ended = () => fault !== undefined || child.exitCode !== null || child.signalCode !== null
  return {
    logFrom,
    ended,
    // Exit code 0: another trainer had the store already, and may have ended since.
    failed: () => ended() && child.exitCode !== 0,
  }
}

/**
 * Without what an editor sets for its own Node, which would break a plain one; with what TensorFlow's
 * libraries need from the start of the process.
 */
export const trainerEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> => {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    const editors = name.startsWith('VSCODE_') || name.startsWith('ELECTRON_')
    if (value !== undefined && !editors && name !== 'NODE_OPTIONS') kept[name] = value
  }
  const tensorflow = locateTensorflow(cacheDir(kept))
  return tensorflow ? { ...kept, ...tensorflowEnvironment(tensorflow, kept) } : kept
}

const logFile = (store: string): string =>
  path.join(path.dirname(layout.trainerRecord(store)), 'trainer.log')

const openLog = (store: string): number => {
  const file = logFile(store)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > longestLog) fs.renameSync(file, path.join(path.dirname(file), 'trainer.1.log'))
  return fs.openSync(file, 'a', 0o600)
}

const notStarted = (store: string, child: StartedTrainer): string => {
  const lines = fs
    .readFileSync(logFile(store))
    .subarray(child.logFrom)
    .toString('utf8')
    .trim()
    .split('\n')
  const last = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? ''
  return `The trainer did not start${last ? `: ${last.trim()}` : ''}. See ${logFile(store)}.`
}

export const versionBeside = (trainerScript: string): string => {
  try {
    const manifest = path.join(path.dirname(trainerScript), '..', 'package.json')
    const { version } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version?: unknown }
    return typeof version === 'string' && /^[\w.+-]+$/.test(version) ? version : '0.0.0'
  } catch {
    return '0.0.0'
  }
}
