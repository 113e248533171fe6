import type { PlaygroundTask, PlayTexts } from '../../core/protocol/playground.ts'

interface Remembered {
  /** Of the model. */
  readonly folder: string
  /** Of the tab. */
  readonly title: string
  readonly typed?: { readonly task: PlaygroundTask; readonly texts: PlayTexts }
}

/** What of `vscode.Memento` is used. */
export interface Store {
  get(key: string): unknown
  update(key: string, value: unknown): PromiseLike<void>
}

const key = 'headway.playgrounds'
const most = 20

/**
 * The open playgrounds, and what was typed there, in the workspace's memory. A page's own state is not
 * enough: VS Code writes it down now and then, so that a tab may come back with nothing but its title.
 */
export class PlaygroundMemory {
  private readonly byFolder: Map<string, Remembered>

  constructor(private readonly store: Store) {
    const before = store.get(key)
    const entries = Array.isArray(before) ? before.filter(isRemembered) : []
    this.byFolder = new Map(entries.map((entry) => [entry.folder, entry]))
  }

  opened(folder: string, title: string): void {
    this.put({ ...this.byFolder.get(folder), folder, title })
  }

  typed(folder: string, task: PlaygroundTask, texts: PlayTexts): void {
    const entry = this.byFolder.get(folder)
    if (entry) this.put({ ...entry, typed: { task, texts } })
  }

  closed(folder: string): void {
    if (this.byFolder.delete(folder)) this.save()
  }

  /** What was typed last, where the model still reads the same. */
  textsFor(folder: string, task: PlaygroundTask): PlayTexts | undefined {
    const { typed } = this.byFolder.get(folder) ?? {}
    return typed?.task === task ? typed.texts : undefined
  }

  /** The folder of a tab of which only its title is known: the newest that has no tab yet. */
  folderOf(title: string, hasTab: (folder: string) => boolean): string | undefined {
    const entries = [...this.byFolder.values()].reverse()
    return entries.find((entry) => entry.title === title && !hasTab(entry.folder))?.folder
  }

  /** Newest last; the oldest are forgotten, since a tab may be closed without ever having been shown. */
  private put(entry: Remembered): void {
    this.byFolder.delete(entry.folder)
    this.byFolder.set(entry.folder, entry)
    const [oldest] = this.byFolder.keys()
    if (this.byFolder.size > most && oldest !== undefined) this.byFolder.delete(oldest)
    this.save()
  }

  private save(): void {
    void this.store.update(key, [...this.byFolder.values()])
  }
}

const isRemembered = (value: unknown): value is Remembered =>
  isObject(value) &&
  typeof value.folder === 'string' &&
  typeof value.title === 'string' &&
  (value.typed === undefined || isTyped(value.typed))

const isTyped = (value: unknown): boolean =>
  isObject(value) &&
  typeof value.task === 'string' &&
  isObject(value.texts) &&
  typeof value.texts.text === 'string' &&
  ['string', 'undefined'].includes(typeof value.texts.textPair)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
