import path from 'node:path'
import { messageOf } from '../../core/errors.ts'
import type { DashboardChange } from '../../core/protocol/dashboard.ts'
import type { TrainerMessage } from '../../core/protocol/trainer.ts'
import { isActive } from '../../core/runs/describe.ts'
import type { SweepRecord, TrainerRecord } from '../../core/runs/records.ts'
import { layout, listSweepDirs, readSweep } from '../../core/runs/store.ts'
import { readTrainerRecord } from '../../runtime/trainerRecord.ts'
import type { Disposable } from '../disposables.ts'
import { type Finding, FollowedRun } from './followedRun.ts'
import { isWorkedOn } from './liveness.ts'
import type { TrainerAccess, TrainerLink } from './trainerAccess.ts'

export interface FollowedSweep {
  readonly dir: string
  readonly store: string
  record: SweepRecord
  runs: FollowedRun[]
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
  problem(message: string): void
}

/** All sweeps of one store, and the connection to the trainer that works there. */
export class StoreFollower implements Disposable {
  readonly sweeps = new Map<string, FollowedSweep>()
  private link: TrainerLink | undefined
  private connecting = false
  private readonly unreadable = new Set<string>()

  constructor(
    readonly store: string,
    private readonly trainers: TrainerAccess,
    private readonly listener: StoreListener,
  ) {}

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
    const trainer = readTrainerRecord(this.store)
    for (const sweep of this.sweeps.values()) {
      for (const run of sweep.runs) {
        if (!all && !isActive(run.state.state)) continue
        this.attempt(run.dir, () => {
          this.tell(sweep, run, run.look())
          if (isActive(run.state.record.state)) {
            const alive = isWorkedOn(run, trainer, this.trainers, Date.now())
            this.tell(sweep, run, run.judge(alive))
          }
        })
      }
    }
    this.connect(trainer)
  }

  /** Asks the trainer; false where none answers. */
  async stop(runDir?: string, how: 'stop' | 'pause' = 'stop'): Promise<boolean> {
    if (!this.link) return false
    const stopping = this.runs().filter(
      (run) => isActive(run.state.state) && (runDir === undefined || run.dir === runDir),
    )
    await this.link.stop(runDir, how)
    for (const run of stopping) {
      const sweep = this.sweepOf(run)
      if (sweep && isActive(run.state.state)) this.tell(sweep, run, run.become('stopping'))
    }
    return true
  }

  dispose(): void {
    this.link?.dispose()
    this.link = undefined
  }

  private readSweep(dir: string): void {
    this.attempt(dir, () => {
      const record = readSweep(dir)
      const known = this.sweeps.get(dir)
      const sweep = known ?? { dir, store: this.store, record, runs: [] }
      sweep.record = record
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

  private connect(trainer: TrainerRecord | undefined): void {
    if (!trainer || this.link || this.connecting || !this.trainers.isAlive(trainer)) return
    this.connecting = true
    this.trainers
      .connect(trainer)
      .then((link) => this.attach(link))
      // The files still tell everything; the next look tries again.
      .catch(() => undefined)
      .finally(() => {
        this.connecting = false
      })
  }

  private attach(link: TrainerLink): void {
    this.link = link
    link.onMessage((message) => this.receive(message))
    void link.closed.then(() => {
      if (this.link !== link) return
      this.link = undefined
      this.look(true)
    })
    this.look(true)
  }

  private receive(message: TrainerMessage): void {
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
    return [...this.sweeps.values()].map((s) => [s.dir, ...s.runs.map((r) => r.dir)]).join('\n')
  }
}
