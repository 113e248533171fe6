import fs from 'node:fs'

/** Prediction servers of this extension host. */
export const predictionServers = (): number[] =>
  fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [, , , parent] = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')
        const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return Number(parent) === process.pid && command.includes('trainer.js\0serve')
      } catch {
        return false
      }
    })
    .map(Number)
