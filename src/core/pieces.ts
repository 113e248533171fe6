/**
 * Work that can be done in pieces: each `yield` is a place where it may pause. Whoever has the time
 * does it at once; the editor gives others their turn in between.
 */
export type Pieces<T> = Generator<undefined, T, undefined>

/** Does all of it at once. */
export const atOnce = <T>(work: Pieces<T>): T => {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

/** Does it a few milliseconds at a time. @param turn gives others their turn */
export const inPieces = async <T>(
  work: Pieces<T>,
  turn: () => Promise<unknown>,
  pieceMs = 8,
): Promise<T> => {
  for (;;) {
    const until = performance.now() + pieceMs
    do {
      const step = work.next()
      if (step.done) return step.value
    } while (performance.now() < until)
    await turn()
  }
}
