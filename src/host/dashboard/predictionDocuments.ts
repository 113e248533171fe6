import * as vscode from 'vscode'
import type { DisagreementTexts } from '../../core/compare/disagreementText.ts'

const scheme = 'headway-predictions'
/** Older ones are forgotten: a document that is still open keeps its text. */
const mostDocuments = 20

/** Texts that exist in no file: two runs' predictions, for VS Code's own diff editor. */
class PredictionDocuments implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>()

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.texts.get(uri.toString()) ?? 'Compare the runs again: these predictions are not kept.'
    )
  }

  add(run: string, side: string, pair: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${run}`, query: `${pair}&${side}` })
    this.texts.set(uri.toString(), text)
    for (const key of this.texts.keys()) {
      if (this.texts.size <= mostDocuments) break
      this.texts.delete(key)
    }
    return uri
  }
}

let documents: PredictionDocuments | undefined

/** Opens the diff editor on the dev examples that two runs predict otherwise. */
export const showDisagreements = async (
  left: string,
  right: string,
  texts: DisagreementTexts,
): Promise<void> => {
  if (texts.count === 0) {
    void vscode.window.showInformationMessage(
      `${left} and ${right} predict the same on every dev example.`,
    )
    return
  }
  if (!documents) {
    documents = new PredictionDocuments()
    vscode.workspace.registerTextDocumentContentProvider(scheme, documents)
  }
  // A new address each time: the two may have been trained on since.
  const pair = `${left}-${right}-${Date.now()}`
  await vscode.commands.executeCommand(
    'vscode.diff',
    documents.add(left, 'left', pair, texts.left),
    documents.add(right, 'right', pair, texts.right),
    `${left} ↔ ${right}: ${texts.count} ${texts.count === 1 ? 'disagreement' : 'disagreements'}`,
    { preview: true },
  )
}
