import { annotationCommandIds } from '../annotation/commandIds.ts'

/** Every command of the extension; a test holds them against package.json. */
export const commandIds = {
  fineTune: 'headway.fineTune',
  runExperiment: 'headway.runExperiment',
  openDashboard: 'headway.openDashboard',
  stopRun: 'headway.stopRun',
  resumeRun: 'headway.resumeRun',
  showLog: 'headway.showLog',
  revealRun: 'headway.revealRun',
  refresh: 'headway.refresh',
  installRuntime: 'headway.installRuntime',
  doctor: 'headway.doctor',
  ...annotationCommandIds,
} as const
export type CommandId = (typeof commandIds)[keyof typeof commandIds]
