import * as vscode from 'vscode'
import { messageOf } from '../../core/errors.ts'

/** What VS Code calls for each character that is typed, by keys and by input methods. */
const commands = ['type', 'compositionType', 'replacePreviousChar'] as const

/**
 * While it is on, nothing typed gets into an annotated text: a key that review mode does not know would
 * overwrite the span that is selected. Other editors are typed in as ever.
 */
export class TypingGuard implements vscode.Disposable {
  private registered: vscode.Disposable[] = []

  constructor(
    private readonly guards: () => boolean,
    private readonly swallowed: () => void,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  set on(on: boolean) {
    if (!on) this.dispose()
    else if (this.registered.length === 0) this.register()
  }

  dispose(): void {
    for (const each of this.registered) each.dispose()
    this.registered = []
  }

  private register(): void {
    try {
      for (const command of commands) {
        const handler = (argument: unknown) => {
          if (this.guards()) this.swallowed()
          else return vscode.commands.executeCommand(`default:${command}`, argument)
          return undefined
        }
        this.registered.push(vscode.commands.registerCommand(command, handler))
      }
    } catch (error) {
      // Another extension that reads keys itself, such as Vim's, has them: it is in charge of typing.
      this.log.info(`Review mode does not hold back typing: ${messageOf(error)}`)
      this.dispose()
    }
  }
}
