/**
 * Milliseconds since 1970 that never run backwards: when the system's clock is set back, the time it
 * lost is added from then on, so that differences stay those that passed.
 */
export const monotoneClock = (now: () => number = Date.now): (() => number) => {
  let last = Number.NEGATIVE_INFINITY
  let lost = 0
  return () => {
    const time = now() + lost
    if (time < last) lost += last - time
    last = Math.max(last, time)
    return last
  }
}
