import type { Disposable } from './disposables.ts'

/** A list of listeners; what `vscode.EventEmitter` is, for code that knows no vscode. */
export class Signal<T> {
  private readonly listeners = new Set<(value: T) => void>()

  on(listener: (value: T) => void): Disposable {
    this.listeners.add(listener)
    return { dispose: () => this.listeners.delete(listener) }
  }

  emit(value: T): void {
    for (const listener of [...this.listeners]) listener(value)
  }
}
