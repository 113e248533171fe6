import * as vscode from 'vscode'
import { isTrusted } from '../commands/runControl.ts'
import type { Dashboards } from '../dashboard/dashboards.ts'
import { Disposables } from '../disposables.ts'
import type { FineTune } from '../fineTune/fineTune.ts'
import { loadAnnotationParts } from '../loadParts.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import type { Annotator } from './annotator.ts'
import { type AnnotationCommandId, annotationCommandIds, playgroundViewType } from './commandIds.ts'

export interface AnnotationContext {
  readonly extension: vscode.ExtensionContext
  readonly log: vscode.LogOutputChannel
  readonly workspaceRuns: WorkspaceRuns
  readonly fineTune: FineTune
  readonly dashboards: () => Dashboards
}

/** Files that runs are trained on: where *Try this run* stands above the first row. */
const dataFiles = '**/*.{tsv,csv,jsonl,json,conll,conllu,iob,iob2}'

const waitingForTrust = `<!DOCTYPE html>
<html lang="en">
<head><meta http-equiv="Content-Security-Policy" content="default-src 'none'"></head>
<body><p>The playground comes back when this workspace is trusted.</p></body>
</html>`

/** The annotation in the editor, as long as nobody uses it: all else is loaded with the first use. */
export class Annotation implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private loading: Promise<Annotator> | undefined

  constructor(private readonly context: AnnotationContext) {
    const track = this.disposables.track.bind(this.disposables)
    const provideCodeLenses = async (document: vscode.TextDocument) =>
      context.workspaceRuns.current?.runs().length && vscode.workspace.isTrusted
        ? (await this.annotator()).tryRun.codeLenses(document)
        : []
    track(vscode.languages.registerCodeLensProvider({ pattern: dataFiles }, { provideCodeLenses }))
    const deserializeWebviewPanel = (panel: vscode.WebviewPanel, state: unknown) =>
      this.revivePlayground(panel, state)
    track(
      vscode.window.registerWebviewPanelSerializer(playgroundViewType, { deserializeWebviewPanel }),
    )
    track(
      vscode.workspace.onDidRenameFiles(
        async ({ files }) => void (await (await this.annotator()).renamed(files)),
      ),
    )
  }

  /** Handlers by command, for the one place that registers commands. */
  handlers(): Record<AnnotationCommandId, (...args: unknown[]) => Promise<unknown>> {
    const entries = Object.values(annotationCommandIds).map((id) => [
      id,
      async (...args: unknown[]) => {
        if (!isTrusted()) return undefined
        return (await this.annotator()).run(id, args)
      },
    ])
    return Object.fromEntries(entries) as ReturnType<Annotation['handlers']>
  }

  dispose(): void {
    this.disposables.dispose()
  }

  /** A window that has just been opened may hear only later that its workspace is trusted. */
  private async revivePlayground(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const revive = async () => (await this.annotator()).playgrounds.revive(panel, state)
    if (vscode.workspace.isTrusted) return revive()
    panel.webview.html = waitingForTrust
    const granted = vscode.workspace.onDidGrantWorkspaceTrust(() => {
      granted.dispose()
      void revive()
    })
    panel.onDidDispose(() => granted.dispose())
  }

  private annotator(): Promise<Annotator> {
    this.loading ??= loadAnnotationParts().then(({ Annotator }) =>
      this.disposables.track(new Annotator(this.context)),
    )
    return this.loading
  }
}
