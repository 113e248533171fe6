import fs from 'node:fs'

/** Highest resident memory of this process so far, in MB (10⁶ bytes). */
export const peakMemoryMB = (): number => {
  const kilobytes = process.resourceUsage().maxRSS
  try {
    const status = fs.readFileSync('/proc/self/status', 'utf8')
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]
    if (peak !== undefined) return (Number(peak) * 1024) / 1e6
  } catch {
    // Not Linux: what getrusage says is in kilobytes everywhere under Node.
  }
  return (kilobytes * 1024) / 1e6
}
