import * as vscode from 'vscode'
import { reportErrors } from '../commands/runControl.ts'
import type { Dashboards } from '../dashboard/dashboards.ts'
import { loadFineTuneParts, loadRunParts } from '../loadParts.ts'
import { plainText } from '../plainText.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import type { Launched, Launcher, LaunchRequest } from './launcher.ts'

/** The ways to a new fine-tune. Wizard and launcher are loaded when first used. */
export class FineTune {
  private loading: Promise<Launcher> | undefined

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly dashboards: () => Dashboards,
  ) {}

  launcher(): Promise<Launcher> {
    this.loading ??= loadFineTuneParts().then(
      ({ Launcher }) =>
        new Launcher(this.dist(), this.version(), this.log, this.context.workspaceState),
    )
    return this.loading
  }

  async wizard(): Promise<void> {
    const { FineTuneWizard } = await loadFineTuneParts()
    await reportErrors(async () => {
      const request = await new FineTuneWizard(this.context.workspaceState, this.dist()).run()
      if (request) await this.launch(request)
    })
  }

  /** Asks what the wizard asks, and writes an experiment file in place of launching. */
  async newExperiment(): Promise<void> {
    const { FineTuneWizard, writeExperiment } = await loadFineTuneParts()
    await reportErrors(async () => {
      const request = await new FineTuneWizard(this.context.workspaceState, this.dist()).run('new')
      if (!request) return
      const file = 'experimentFile' in request ? request.experimentFile : writeExperiment(request)
      await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false })
    })
  }

  /** Runs an experiment file: the given one, the one in the editor, or the one the user picks. */
  async experimentFile(argument: unknown): Promise<void> {
    const file = await this.chooseExperiment(argument)
    if (!file) return
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === file.fsPath)
    if (document?.isDirty) await document.save()
    await reportErrors(async () => {
      await this.launch({ experimentFile: file.fsPath })
    })
  }

  async installRuntime(): Promise<void> {
    const { chooseBuild, runSetup } = await loadFineTuneParts()
    await reportErrors(async () => {
      const build = await chooseBuild()
      if (build && (await runSetup(this.dist(), this.log, build.gpu))) {
        void vscode.window.showInformationMessage('The runtime is installed.')
      }
    })
  }

  async doctor(): Promise<void> {
    const { showDoctor } = await loadFineTuneParts()
    await reportErrors(() => showDoctor(this.log))
  }

  /** Launches what is asked for. @returns the sweep's folder; undefined where the user called it off */
  async launch(request: LaunchRequest): Promise<string | undefined> {
    const launcher = await this.launcher()
    const registry = await this.workspaceRuns.ready()
    const { storeOfRun } = await loadRunParts()
    const open = (sweepDir: string, name: string) => {
      registry.addStore(storeOfRun(sweepDir))
      this.dashboards().open(sweepDir, name)
    }
    const launched = await launcher.launch(request, open)
    if (!launched) return undefined
    registry.addStore(storeOfRun(launched.sweepDir))
    const said = whatIsLeft(launched)
    if (said !== undefined) void vscode.window.showInformationMessage(plainText(said))
    return launched.sweepDir
  }

  private async chooseExperiment(argument: unknown): Promise<vscode.Uri | undefined> {
    if (argument instanceof vscode.Uri) return argument
    const open = vscode.window.activeTextEditor?.document.uri
    if (open?.fsPath.endsWith('.headway.json')) return open
    const { findExperiments } = await loadFineTuneParts()
    const items = (await findExperiments()).map((uri) => ({
      label: vscode.workspace.asRelativePath(uri),
      uri,
    }))
    if (items.length === 0) {
      void vscode.window.showInformationMessage(
        'There is no .headway.json file in this workspace; Fine-Tune… asks for what one would say.',
      )
      return undefined
    }
    const placeHolder = 'Run which experiment?'
    return items.length === 1
      ? items[0]?.uri
      : (await vscode.window.showQuickPick(items, { placeHolder }))?.uri
  }

  private dist(): string {
    return vscode.Uri.joinPath(this.context.extensionUri, 'dist').fsPath
  }

  private version(): string {
    const { version } = this.context.extension.packageJSON as { version?: unknown }
    return typeof version === 'string' ? version : '0.0.0'
  }
}

const whatIsLeft = ({ name, work }: Launched): string | undefined => {
  if (work === 'train') return undefined
  return work === 'score'
    ? `${name} is trained already: its best cell is now scored on the test data.`
    : `${name} is finished already, with the same data, model and configuration: this is its result.`
}
