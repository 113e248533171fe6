import * as vscode from 'vscode'
import type { AnnotatedDocument } from './annotatedDocument.ts'
import type { ChosenModel } from './chooseModel.ts'

/** A large file is predicted in pieces: how far it is, until it is done or called off. */
export const showProgress = async (
  annotated: AnnotatedDocument,
  model: ChosenModel,
): Promise<void> => {
  const title = `Annotating ${vscode.workspace.asRelativePath(annotated.document.uri)} with ${model.name}`
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true }
  await vscode.window.withProgress(
    options,
    (progress, token) =>
      new Promise<void>((resolve) => {
        let shown = 0
        const end = () => {
          subscription.dispose()
          resolve()
        }
        const subscription = annotated.progress.on(({ done, of }) => {
          const percent = Math.floor((100 * done) / of)
          if (percent > shown)
            progress.report({ increment: percent - shown, message: `${percent} %` })
          shown = Math.max(shown, percent)
          if (done >= of || annotated.main?.model !== model) end()
        })
        token.onCancellationRequested(() => {
          if (annotated.main) annotated.main.work.wholeText = false
          end()
        })
      }),
  )
}
