/** What the dashboard's buttons lead to. */
export interface DashboardActions {
  stop(sweepDir: string, runId?: string): Promise<void>
  pause(sweepDir: string): Promise<void>
  resume(sweepDir: string, runId?: string): Promise<void>
  /** That many more seeds of these cells; no cells: of all; no count: asks for it. */
  addSeeds(sweepDir: string, cells: readonly string[], count: number): Promise<void>
  /** Results, or one run's model, in the formats that there are. */
  exportSweep(sweepDir: string): Promise<void>
  /** Takes a run's model into use: to annotate, to predict. */
  useRun(sweepDir: string, runId: string): Promise<void>
  revealRun(sweepDir: string, runId: string): Promise<void>
  showLog(): void
  startNew(): void
}
