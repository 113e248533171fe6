import { showDoctor } from './fineTune/doctor.ts'
import { Launcher } from './fineTune/launcher.ts'
import { runSetup } from './fineTune/setupProcess.ts'
import { FineTuneWizard } from './fineTune/wizard.ts'
import { findExperiments } from './fineTune/workspaceFiles.ts'

/** A bundle of its own, `dist/fineTuneParts.js`: what launching needs, loaded at the first launch. */
export const fineTuneParts = { Launcher, FineTuneWizard, runSetup, showDoctor, findExperiments }
