import { isInside } from '../../core/files/isInside.ts'
import { storeOfRun } from '../../core/runs/store.ts'
import type { Disposable } from '../disposables.ts'
import { Signal } from '../signal.ts'
import type { FollowedRun } from './followedRun.ts'
import type { LeftRuns } from './runsLeftBy.ts'
import { type FollowedSweep, type StoreChange, StoreFollower } from './storeFollower.ts'
import type { TrainerAccess } from './trainerAccess.ts'

const lookMs = 1000
/** Every so many looks also at runs that are over, and for new sweeps. */
const wideLookEvery = 5

/**
 * All runs of the workspace, live. The socket of a store's trainer makes news fast; the files are
 * looked at each second while something works, and say the same (DESIGN §3).
 */
export class RunRegistry implements Disposable {
  /** Sweeps or runs came or went. */
  readonly listChanged = new Signal<void>()
  readonly changed = new Signal<StoreChange>()
  readonly problem = new Signal<string>()
  /** A store whose trainer died under this window, and what it left. */
  readonly lost = new Signal<{ readonly store: string; readonly left: LeftRuns }>()
  private readonly stores = new Map<string, StoreFollower>()
  private timer: NodeJS.Timeout | undefined
  private looks = 0

  constructor(private readonly trainers: TrainerAccess) {}

  /**
   * Sets which stores there are; reads those that are new. One with sweeps stays: it may have been
   * added by a launch, where a search of the workspace does not find it (yet).
   */
  setStores(stores: readonly string[]): void {
    for (const [store, follower] of this.stores) {
      if (!stores.includes(store) && follower.sweeps.size === 0) {
        follower.dispose()
        this.stores.delete(store)
      }
    }
    for (const store of stores) this.addStore(store)
    this.timer ??= setInterval(() => this.tick(), lookMs)
  }

  addStore(store: string): void {
    let follower = this.stores.get(store)
    if (!follower) {
      follower = new StoreFollower(store, this.trainers, {
        listChanged: () => this.listChanged.emit(),
        changed: (change) => this.changed.emit(change),
        lost: (left) => this.lost.emit({ store, left }),
        problem: (message) => this.problem.emit(message),
      })
      this.stores.set(store, follower)
    }
    follower.refresh()
    follower.look(true)
  }

  /** Lets go of the stores in folders that left the workspace, but for what a remaining one holds. */
  leaveFolders(removed: readonly string[], remaining: readonly string[]): void {
    let known = false
    for (const [store, follower] of this.stores) {
      if (!isWithinAny(store, removed) || isWithinAny(store, remaining)) continue
      known ||= follower.sweeps.size > 0
      follower.dispose()
      this.stores.delete(store)
    }
    if (known) this.listChanged.emit()
  }

  /** Newest first. */
  sweeps(): FollowedSweep[] {
    return [...this.stores.values()]
      .flatMap((store) => [...store.sweeps.values()])
      .sort((a, b) => b.record.created - a.record.created)
  }

  sweep(dir: string): FollowedSweep | undefined {
    return this.stores.get(storeOfRun(dir))?.sweeps.get(dir)
  }

  runs(): FollowedRun[] {
    return this.sweeps().flatMap((sweep) => sweep.runs)
  }

  /** Reads the events of all runs of a sweep, giving way between them. */
  async loadHistory(sweep: FollowedSweep): Promise<void> {
    for (const run of sweep.runs) {
      if (run.historyLoaded) continue
      run.loadHistory()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Stops runs of a store; false where no trainer answers. */
  stop(store: string, runDirs: readonly string[], how: 'stop' | 'pause' = 'stop') {
    return this.stores.get(store)?.stop(runDirs, how) ?? Promise.resolve(false)
  }

  /** Has a run worked on next; false where no trainer answers. */
  first(store: string, runDir: string): Promise<boolean> {
    return this.stores.get(store)?.first(runDir) ?? Promise.resolve(false)
  }

  storeDirs(): string[] {
    return [...this.stores.keys()]
  }

  dispose(): void {
    clearInterval(this.timer)
    for (const store of this.stores.values()) store.dispose()
    this.stores.clear()
  }

  private tick(): void {
    const wide = this.looks++ % wideLookEvery === 0
    for (const store of this.stores.values()) {
      if (wide) store.refresh()
      if (wide || store.active) store.look(wide)
    }
  }
}

const isWithinAny = (store: string, folders: readonly string[]): boolean =>
  folders.some((folder) => isInside(store, folder))
