import { describeLenses } from './experiments/describeLenses.ts'
import { writeExperiment } from './experiments/writeExperiment.ts'
import { showDoctor } from './fineTune/doctor.ts'
import { Launcher } from './fineTune/launcher.ts'
import { chooseBuild, runSetup } from './fineTune/setupProcess.ts'
import { FineTuneWizard } from './fineTune/wizard.ts'
import { findExperiments } from './fineTune/workspaceFiles.ts'
import { checkData } from './sidePanel/dataCheck.ts'
import { listPretrained } from './sidePanel/pretrained.ts'

/** A bundle of its own, `dist/fineTuneParts.js`: what launching needs, loaded at the first launch. */
export const fineTuneParts = {
  Launcher,
  FineTuneWizard,
  chooseBuild,
  runSetup,
  showDoctor,
  findExperiments,
  writeExperiment,
  describeLenses,
  checkData,
  listPretrained,
}
