import os from 'node:os'

const quiet = 0.05
const sampleMs = 500
const patienceMs = 300_000

/**
 * Waits until nothing else works on this machine, five minutes at most. PyTorch's threads wait for
 * one another by spinning: where they share the cores with anything they become up to tens of times
 * slower, and the comparison says nothing.
 */
export const waitForQuiet = async (report: (line: string) => void): Promise<void> => {
  const started = performance.now()
  for (let told = false; ; ) {
    const busy = await busyShare()
    if (busy <= quiet || performance.now() - started > patienceMs) return
    if (!told)
      report(`  waiting: something else takes ${Math.round(100 * busy)} % of the processor`)
    told = true
  }
}

/**
 * Watches from now on what other programs take.
 *
 * @returns says, when called with what the measured process took, the share of the others
 */
export const watchOthers = (): ((ownMs: number) => number) => {
  const before = processorTimes()
  return (ownMs) => {
    const after = processorTimes()
    const all = after.all - before.all
    const busyMs = all - (after.idle - before.idle)
    return Math.max(0, busyMs - ownMs) / all
  }
}

const busyShare = async (): Promise<number> => {
  const before = processorTimes()
  await new Promise((resolve) => setTimeout(resolve, sampleMs))
  const after = processorTimes()
  return 1 - (after.idle - before.idle) / (after.all - before.all)
}

const processorTimes = (): { idle: number; all: number } => {
  const sum = { idle: 0, all: 0 }
  for (const { times } of os.cpus()) {
    sum.idle += times.idle
    sum.all += times.user + times.nice + times.sys + times.irq + times.idle
  }
  return sum
}
