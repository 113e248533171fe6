/**
 * The dashboards that were open when the window was last left. VS Code revives a tab when it is first
 * shown, which may be hours later; until then there is a tab, and no panel.
 */
export class EarlierDashboards {
  private readonly unrevived: Set<string>
  private begun = false

  constructor(before: readonly string[]) {
    this.unrevived = new Set(before)
  }

  /** This one has its panel. */
  opened(sweepDir: string): void {
    this.unrevived.delete(sweepDir)
  }

  /** One that VS Code brings back with nothing but its title. */
  find(isTitled: (sweepDir: string) => boolean): string | undefined {
    return [...this.unrevived].find(isTitled)
  }

  /** Those that VS Code does not bring back; none while it still has tabs without a panel. */
  lost(panels: number, tabs: number): string[] {
    this.begun = true
    if (tabs > panels) return []
    const lost = [...this.unrevived]
    this.unrevived.clear()
    return lost
  }

  /** What the next window is to know of: the open ones, and those that may yet be revived. */
  toRemember(open: readonly string[], tabs: number): string[] {
    return !this.begun || tabs > open.length ? [...open, ...this.unrevived] : [...open]
  }
}
