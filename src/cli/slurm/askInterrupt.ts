import readline from 'node:readline/promises'

/** What a person who presses Ctrl+C wants of a job that works elsewhere. */
export type Interrupt = 'follow' | 'leave' | 'cancel'

/** Asks on a terminal; without one, the job is left to go on. */
export const askInterrupt = async (job: string): Promise<Interrupt> => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return 'leave'
  const terminal = readline.createInterface({ input: process.stdin, output: process.stderr })
  const abort = new AbortController()
  terminal.once('SIGINT', () => abort.abort())
  try {
    const question = `\nJob ${job} works on the cluster. [c]ancel it, [l]eave it to go on without this command, or [f]ollow on? `
    const answer = await terminal.question(question, { signal: abort.signal })
    if (/^c/i.test(answer.trim())) return 'cancel'
    return /^l/i.test(answer.trim()) ? 'leave' : 'follow'
  } catch {
    // A second Ctrl+C.
    return 'leave'
  } finally {
    terminal.close()
  }
}
