import * as vscode from 'vscode'

const kinds = [
  'showInformationMessage',
  'showWarningMessage',
  'showErrorMessage',
  'setStatusBarMessage',
] as const
type MessageKind = (typeof kinds)[number]
interface Message {
  readonly kind: MessageKind
  readonly text: string
}

/** A progress notice, as long as its task runs. */
interface HeardProgress {
  readonly title: string
  readonly reports: string[]
  over: boolean
  cancel(): void
}

type Show = (...args: unknown[]) => unknown
type WithProgress = typeof vscode.window.withProgress

/** What the extension tells the user from here on; VS Code shows it all the same. */
export class Messages {
  readonly all: Message[] = []
  readonly progress: HeardProgress[] = []
  private readonly restore: (() => void)[] = []

  constructor() {
    const window = vscode.window as unknown as Record<MessageKind, Show> & {
      withProgress: WithProgress
    }
    for (const kind of kinds) {
      const shown = window[kind]
      window[kind] = (...args) => {
        this.all.push({ kind, text: String(args[0]) })
        return shown.apply(vscode.window, args)
      }
      this.restore.push(() => {
        window[kind] = shown
      })
    }
    const { withProgress } = window
    window.withProgress = (options, task) =>
      withProgress.call(vscode.window, options, (progress, token) =>
        this.hear(options.title ?? '', progress, token, task),
      ) as ReturnType<typeof task>
    this.restore.push(() => {
      window.withProgress = withProgress
    })
  }

  /** Notices, not the status bar's words. */
  get notices(): string[] {
    return this.all.filter(({ kind }) => kind !== 'setStatusBarMessage').map(({ text }) => text)
  }

  get texts(): string[] {
    return this.all.map(({ text }) => text)
  }

  stop(): void {
    for (const restore of this.restore) restore()
  }

  private async hear<R>(
    title: string,
    progress: vscode.Progress<{ message?: string; increment?: number }>,
    token: vscode.CancellationToken,
    task: Parameters<typeof vscode.window.withProgress<R>>[1],
  ): Promise<R> {
    const source = new vscode.CancellationTokenSource()
    token.onCancellationRequested(() => source.cancel())
    const heard: HeardProgress = {
      title,
      reports: [],
      over: false,
      cancel: () => source.cancel(),
    }
    this.progress.push(heard)
    const report = (value: { message?: string; increment?: number }) => {
      heard.reports.push(value.message ?? '')
      progress.report(value)
    }
    try {
      return await task({ report }, source.token)
    } finally {
      heard.over = true
    }
  }
}
