/** Lines to paint anew; `waiting`: some of a sweep's are left for later. */
export interface ChangedLines<Sweep, Run> {
  readonly sweeps: readonly Sweep[]
  readonly runs: readonly { readonly sweep: Sweep; readonly run: Run }[]
  readonly waiting: boolean
}

/** What a line says now; `state` is what nobody should wait for. */
export interface Said {
  readonly text: string
  readonly state: string
}

interface Say<Sweep, Run> {
  sweep(sweep: Sweep): Said
  run(sweep: Sweep, run: Run): Said
}

/**
 * Which lines of the tree have to be painted anew. Few, and seldom: VS Code forgets a line's children
 * when the line is painted, until it has asked for them again. Whoever chooses from a run's menu in
 * that moment has chosen it for no run.
 */
export class TreeChanges<Sweep extends object, Run extends object> {
  private all = false
  private readonly runs = new Map<Run, Sweep>()
  private readonly said = new WeakMap<Sweep | Run, Said>()
  private readonly paintedAt = new WeakMap<Sweep, number>()
  private places: string | undefined

  /** @param sweepMs shortest time between two paintings of one sweep's line */
  constructor(private readonly sweepMs: number) {}

  add(sweep: Sweep, run: Run): void {
    this.runs.set(run, sweep)
  }

  /** Lines came or went, or somebody marked some. */
  addAll(): void {
    this.all = true
  }

  /** VS Code was told which lines there are, in which order. */
  shown(places: string): void {
    this.places = places
  }

  /** VS Code was told what a line says. */
  painted(line: Sweep | Run, said: Said): void {
    this.said.set(line, said)
  }

  /** What changed since the last time; `all`: other lines, or another order. */
  take(places: string, now: number, say: Say<Sweep, Run>): ChangedLines<Sweep, Run> | 'all' {
    const runs = [...this.runs].map(([run, sweep]) => ({ run, sweep }))
    this.runs.clear()
    if (this.all || places !== this.places) {
      this.all = false
      this.places = places
      return 'all'
    }
    const other = [...new Set(runs.map(({ sweep }) => sweep))].filter((sweep) =>
      this.saysOther(sweep, say.sweep(sweep)),
    )
    const sweeps = other.filter((sweep) => this.isDue(sweep, say.sweep(sweep), now))
    for (const sweep of sweeps) this.paintedAt.set(sweep, now)
    const late = runs.filter(({ sweep }) => other.includes(sweep) && !sweeps.includes(sweep))
    for (const { sweep, run } of late) this.runs.set(run, sweep)
    return {
      sweeps,
      // Their sweep's painting takes them along.
      runs: runs.filter(
        ({ sweep, run }) => !sweeps.includes(sweep) && this.saysOther(run, say.run(sweep, run)),
      ),
      waiting: late.length > 0,
    }
  }

  private saysOther(line: Sweep | Run, { text }: Said): boolean {
    return this.said.get(line)?.text !== text
  }

  private isDue(sweep: Sweep, { state }: Said, now: number): boolean {
    if (this.said.get(sweep)?.state !== state) return true
    return now - (this.paintedAt.get(sweep) ?? Number.NEGATIVE_INFINITY) >= this.sweepMs
  }
}
