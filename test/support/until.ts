import { setTimeout as sleep } from 'node:timers/promises'

const patienceMs = 30_000

/** Waits for a state that has to come; fails with `what` where it does not. */
export const until = async (
  what: string,
  holds: () => boolean,
  { patience = patienceMs, poll = 10 } = {},
): Promise<void> => {
  const deadline = performance.now() + patience
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}`)
    await sleep(poll)
  }
}
