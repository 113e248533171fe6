/** A stretch of the context's pieces: from, and up to but not including. */
export interface ContextWindow {
  readonly from: number
  readonly to: number
}

export interface WindowSettings {
  /** Longest sequence in pieces: [CLS], question, [SEP], context, [SEP]. */
  readonly maxLength: number
  /** Pieces that neighbouring windows share. */
  readonly stride: number
}

/** Longer questions are cut, as google-research/bert's run_squad does (`max_query_length`). */
const longestQuestion = 64

/** How many pieces of a question stay; the context gets half of what there is, or more. */
export const questionRoom = (maxLength: number): number =>
  Math.min(longestQuestion, Math.floor((maxLength - 3) / 2))

/** 384 and 128 as in the paper's SQuAD runs; a third of shorter sequences. */
export const defaultStride = (maxLength: number): number =>
  Math.max(1, Math.min(128, Math.floor(maxLength / 3)))

/**
 * Cuts a context into overlapping windows: those of Hugging Face's fast tokenizers with
 * `truncation="only_second"`, `stride` and `return_overflowing_tokens`. (What run_squad calls
 * `doc_stride` is the step instead, from one window's start to the next.) An empty context is one
 * empty window.
 *
 * @param pieces of the whole context
 * @param room most pieces of a window, at least 1
 * @param stride how many pieces neighbours share; never more than two thirds of the room, so that
 * every window brings something new
 */
export const contextWindows = (pieces: number, room: number, stride: number): ContextWindow[] => {
  const step = room - Math.min(stride, Math.floor((room * 2) / 3))
  const windows: ContextWindow[] = []
  for (let from = 0; ; from += step) {
    const to = Math.min(from + room, pieces)
    windows.push({ from, to })
    if (to === pieces) return windows
  }
}
