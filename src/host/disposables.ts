export interface Disposable {
  dispose(): unknown
}

/** Collects what must be let go; disposes in reverse order, each once. */
export class Disposables implements Disposable {
  private items: Disposable[] = []
  private disposed = false

  track<T extends Disposable>(item: T): T {
    if (this.disposed) item.dispose()
    else this.items.push(item)
    return item
  }

  dispose(): void {
    this.disposed = true
    for (const item of this.items.splice(0).reverse()) item.dispose()
  }
}
