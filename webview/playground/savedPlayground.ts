import type { PlaygroundTask, PlayTexts } from '../../src/core/protocol/playground.ts'

/** What a page keeps for when its tab is shown again, or its window is reloaded. */
export interface SavedPlayground {
  /** Of the model: what the host finds it by. */
  readonly folder: string
  readonly task: PlaygroundTask
  readonly texts: PlayTexts
}

/** Checked, since an older version may have written it. */
export const savedPlayground = (state: unknown): SavedPlayground | undefined => {
  if (!isObject(state) || !isObject(state.texts)) return undefined
  const { folder, task, texts } = state
  const isText = (value: unknown) => typeof value === 'string'
  const fits = isText(texts.text) && (texts.textPair === undefined || isText(texts.textPair))
  return isText(folder) && isText(task) && fits ? (state as unknown as SavedPlayground) : undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
