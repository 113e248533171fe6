import path from 'node:path'
import { messageOf } from '../../core/errors.ts'
import type { DashboardChange } from '../../core/protocol/dashboard.ts'
import type { TrainerMessage } from '../../core/protocol/trainer.ts'
import { isActive } from '../../core/runs/describe.ts'
import { noMarks } from '../../core/runs/markOf.ts'
import type { Marks } from '../../core/runs/marks.ts'
import { readMarks } from '../../core/runs/marksFile.ts'
import type { SweepRecord, TrainerRecord } from '../../core/runs/records.ts'
import { layout, listSweepDirs, readSweep } from '../../core/runs/store.ts'
import { readTrainerRecords } from '../../runtime/trainerRecord.ts'
import type { Disposable } from '../disposables.ts'
import { type Finding, FollowedRun } from './followedRun.ts'
import { Liveness } from './liveness.ts'
import { type LeftRuns, runsLeftBy } from './runsLeftBy.ts'
import { SeenTrainers } from './seenTrainers.ts'
import type { TrainerAccess, TrainerLink } from './trainerAccess.ts'
import { TrainerQueues } from './trainerQueues.ts'

export interface FollowedSweep {
  readonly dir: string
  readonly store: string
  record: SweepRecord
  runs: FollowedRun[]
  /** What people said about it and its runs. */
  marks: Marks
}

export interface StoreChange {
  readonly sweep: FollowedSweep
  readonly run: FollowedRun
  readonly change: DashboardChange
}

export interface StoreListener {
  /** Sweeps or runs came or went. */
  listChanged(): void
  changed(change: StoreChange): void
  /** A trainer that this window has seen at work died, with these runs left. */
  lost(left: LeftRuns): void
  problem(message: string): void
}

/** All sweeps of one store, and the connections to the trainers that work there. */
export class StoreFollower implements Disposable {
  readonly sweeps = new Map<string, FollowedSweep>()
  /** By seat: with `--parallel` several trainers share the list. */
  private readonly links = new Map<number, TrainerLink>()
  private readonly connecting = new Set<number>()
  private readonly queues = new TrainerQueues()
  private readonly seen: SeenTrainers
  private readonly unreadable = new Set<string>()
  private readonly liveness: Liveness
  private disposed = false

  constructor(
    readonly store: string,
    private readonly trainers: TrainerAccess,
    private readonly listener: StoreListener,
  ) {
    this.liveness = new Liveness(trainers)
    this.seen = new SeenTrainers((record) => trainers.isAlive(record))
  }

  get active(): boolean {
    return this.runs().some((run) => isActive(run.state.state))
  }

  /** Reads which sweeps and runs there are. */
  refresh(): void {
    const before = this.signature()
    const dirs = listSweepDirs(this.store)
    for (const dir of this.sweeps.keys()) if (!dirs.includes(dir)) this.sweeps.delete(dir)
    for (const dir of dirs) this.readSweep(dir)
    if (this.signature() !== before) this.listener.listChanged()
  }

  /** One look at the files; `all`: also at runs that are over. */
  look(all: boolean): void {
    const trainers = readTrainerRecords(this.store)
    const living = trainers.filter((each) => this.trainers.isAlive(each))
    const seats = living.map(({ seat = 0 }) => seat)
    // Of several a living one: somebody works on the list.
    const trainer = living[0] ?? trainers[0]
    for (const sweep of this.sweeps.values()) {
      for (const run of sweep.runs) {
        // One that was lost may be in another trainer's line by now.
        const mayChange = isActive(run.state.state) || run.state.state === 'interrupted'
        if (!all && !mayChange) continue
        this.attempt(run.dir, () => {
          this.tell(sweep, run, run.look())
          if (!isActive(run.state.record.state)) return
          const place = seats.length ? this.queues.placeOf(run.dir, seats) : undefined
          const work = this.liveness.workOn(run, trainer, place, Date.now())
          this.tell(sweep, run, run.judge(work))
        })
      }
    }
    for (const each of living) this.connect(each)
    for (const dead of this.seen.look(trainers)) this.lose(dead)
  }

  private lose(trainer: TrainerRecord): void {
    const left = runsLeftBy(trainer, this.runs(), this.queues)
    this.queues.forget(trainer.seat ?? 0)
    if (left.open.length + left.asked.length > 0) this.listener.lost(left)
  }

  /** Asks every trainer of the store to stop these runs; false where none answers. */
  async stop(runDirs: readonly string[], how: 'stop' | 'pause'): Promise<boolean> {
    if (this.links.size === 0) return false
    const stopping = this.runs().filter(
      (run) => isActive(run.state.state) && runDirs.includes(run.dir),
    )
    for (const link of [...this.links.values()]) await link.stop(runDirs, how)
    for (const run of stopping) {
      const sweep = this.sweepOf(run)
      if (sweep && isActive(run.state.state)) this.tell(sweep, run, run.ask(how))
    }
    return true
  }

  /** Has this run worked on next; false where no trainer answers. */
  async first(runDir: string): Promise<boolean> {
    for (const link of [...this.links.values()]) await link.first(runDir)
    return this.links.size > 0
  }

  dispose(): void {
    this.disposed = true
    for (const link of this.links.values()) link.dispose()
    this.links.clear()
  }

  private readSweep(dir: string): void {
    this.attempt(dir, () => {
      const record = readSweep(dir)
      const known = this.sweeps.get(dir)
      const sweep = known ?? { dir, store: this.store, record, runs: [], marks: noMarks }
      sweep.record = record
      sweep.marks = readMarks(dir)
      const there = new Map(known?.runs.map((run) => [run.dir, run]))
      sweep.runs = record.runs.flatMap((id) => {
        const runDir = layout.run(dir, id)
        const run = there.get(runDir)
        return run ?? this.attempt(runDir, () => new FollowedRun(runDir)) ?? []
      })
      this.sweeps.set(dir, sweep)
    })
  }

  /** A damaged file is told of once, and never hides the others. */
  private attempt<T>(what: string, action: () => T): T | undefined {
    try {
      const value = action()
      this.unreadable.delete(what)
      return value
    } catch (error) {
      if (!this.unreadable.has(what)) this.listener.problem(messageOf(error))
      this.unreadable.add(what)
      return undefined
    }
  }

  private connect(trainer: TrainerRecord): void {
    const { seat = 0 } = trainer
    if (this.links.has(seat) || this.connecting.has(seat)) return
    this.connecting.add(seat)
    this.trainers
      .connect(trainer)
      .then((link) => (this.disposed ? link.dispose() : this.attach(seat, link)))
      // The files still tell everything; the next look tries again.
      .catch(() => undefined)
      .finally(() => this.connecting.delete(seat))
  }

  private attach(seat: number, link: TrainerLink): void {
    this.links.set(seat, link)
    this.queues.forget(seat)
    link.onMessage((message) => this.receive(seat, message))
    link.status().catch(() => undefined)
    void link.closed.then(() => {
      if (this.links.get(seat) !== link) return
      this.links.delete(seat)
      this.look(true)
    })
    this.look(true)
  }

  private receive(seat: number, message: TrainerMessage): void {
    if (message.type === 'status') this.queues.tell(seat, message)
    if (message.type !== 'event') return
    const found = this.find(message.run)
    if (!found) {
      this.refresh()
      return
    }
    this.attempt(found.run.dir, () =>
      this.tell(found.sweep, found.run, found.run.receive(message.attempt, message.event)),
    )
  }

  private tell(sweep: FollowedSweep, run: FollowedRun, findings: readonly Finding[]): void {
    const id = run.state.record.id
    for (const finding of findings) {
      if (finding.type === 'replaced') {
        this.listener.changed({ sweep, run, change: { type: 'run', run: run.state } })
      } else if (finding.type === 'state') {
        const change = { type: 'state', run: id, state: run.state.state } as const
        this.listener.changed({ sweep, run, change })
      } else {
        for (const event of finding.events) {
          this.listener.changed({ sweep, run, change: { type: 'event', run: id, event } })
        }
      }
    }
  }

  private find(runDir: string) {
    for (const sweep of this.sweeps.values()) {
      const run = sweep.runs.find(({ dir }) => dir === runDir || path.resolve(runDir) === dir)
      if (run) return { sweep, run }
    }
    return undefined
  }

  private sweepOf(run: FollowedRun): FollowedSweep | undefined {
    return [...this.sweeps.values()].find((sweep) => sweep.runs.includes(run))
  }

  private runs(): FollowedRun[] {
    return [...this.sweeps.values()].flatMap((sweep) => sweep.runs)
  }

  private signature(): string {
    return JSON.stringify(
      [...this.sweeps.values()].map((s) => [
        s.dir,
        s.marks,
        s.record.test,
        ...s.runs.map((r) => r.dir),
      ]),
    )
  }
}
