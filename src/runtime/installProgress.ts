import { formatBytes, type Progress, type Report } from './progress.ts'

interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const barWidth = 24
const redrawMs = 100
/** Where there is no terminal: one line per tenth of a download. */
const plainParts = 10

/**
 * Shows an installation on a terminal as one line that moves, elsewhere as plain lines.
 * `end` closes the last line.
 */
export const installProgress = (
  screen: Screen = process.stderr,
): { readonly report: Report; readonly end: () => void } =>
  screen.isTTY ? movingLine(screen) : plainLines(screen)

const movingLine = (screen: Screen) => {
  let step = ''
  let drawn = 0
  const end = () => {
    if (step) screen.write('\n')
    step = ''
  }
  const report = (progress: Progress) => {
    const isNew = progress.step !== step
    const isWhole = progress.bytes !== undefined && progress.bytes.done >= progress.bytes.total
    if (!isNew && !isWhole && Date.now() - drawn < redrawMs) return
    if (isNew) end()
    step = progress.step
    drawn = Date.now()
    const line = describe(progress).slice(0, Math.max(20, (screen.columns ?? 80) - 1))
    screen.write(`\r\u001b[K${line}`)
  }
  return { report, end }
}

const describe = ({ step, bytes }: Progress): string => {
  if (!bytes) return `${step} …`
  const share = Math.min(1, bytes.done / bytes.total)
  const full = Math.round(share * barWidth)
  const bar = '█'.repeat(full) + '░'.repeat(barWidth - full)
  return `${step} ${bar} ${Math.floor(share * 100)} %`
}

const plainLines = (screen: Screen) => {
  let step = ''
  let part = 0
  const report = (progress: Progress) => {
    if (progress.step !== step) {
      step = progress.step
      part = 0
      screen.write(`${step} …\n`)
    }
    if (!progress.bytes) return
    const { done, total } = progress.bytes
    const now = Math.floor((plainParts * done) / total)
    if (now <= part) return
    part = now
    screen.write(`  ${formatBytes(done)} of ${formatBytes(total)}\n`)
  }
  return { report, end: () => {} }
}
