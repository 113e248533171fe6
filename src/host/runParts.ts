import { layout, storeOfRun } from '../core/runs/store.ts'
import { emptyTrash } from '../core/runs/trash.ts'
import { cancelJob, jobAtWork } from '../runtime/slurm/activeJob.ts'
import { RunActions } from './commands/runActions.ts'
import { DashboardSession } from './dashboard/dashboardSession.ts'
import { sharedJudge } from './dashboard/judge.ts'
import { useModel } from './dashboard/useModel.ts'
import { autorunFile } from './fineTune/autorun.ts'
import { RunRegistry } from './runs/registry.ts'
import { trainerProcesses } from './runs/trainerProcesses.ts'
import { SummarySession } from './sidePanel/summarySession.ts'

/** A bundle of its own, `dist/runParts.js`: what following runs needs, loaded after activation. */
export const runParts = {
  RunRegistry,
  trainerProcesses,
  DashboardSession,
  sharedJudge,
  useModel,
  storeOfRun,
  layout,
  RunActions,
  SummarySession,
  emptyTrash,
  autorunFile,
  jobAtWork,
  cancelJob,
}
