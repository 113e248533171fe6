import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import type { ProcessIdentity } from '../core/runs/records.ts'

/**
 * Identity of a process on this machine, or undefined where there is none (a zombie counts as
 * none). `startTime` holds the boot as well where the system names it, so that neither a pid that
 * came round again nor one from before a restart is taken for the same process.
 */
export const identityOf = (pid: number): ProcessIdentity | undefined => {
  const startTime = startTimeOf(pid)
  if (startTime === undefined) return undefined
  const namespace = pidNamespace()
  return { host: os.hostname(), pid, startTime, ...(namespace === '' ? {} : { namespace }) }
}

export const ownIdentity = (): ProcessIdentity => {
  const identity = identityOf(process.pid)
  if (!identity) throw new Error('The system does not say when this process was started.')
  return identity
}

/**
 * Whether the process runs, on this machine, where it can be seen from here. The boot in `startTime`
 * tells machines apart better than their names, which change with the network.
 */
export const isProcessAlive = (identity: ProcessIdentity): boolean => {
  if (isOtherNamespace(identity) || !isRunning(identity.pid)) return false
  if (bootId() === '' && identity.host !== os.hostname()) return false
  return startTimeOf(identity.pid) === identity.startTime
}

/**
 * Written on another machine, or in another container of this one, that shares this folder: its
 * processes cannot be seen from here.
 */
export const isOtherMachine = (identity: ProcessIdentity): boolean =>
  isOfThisBoot(identity) ? isOtherNamespace(identity) : identity.host !== os.hostname()

const isOfThisBoot = ({ startTime }: ProcessIdentity): boolean =>
  bootId() !== '' && startTime.startsWith(`${bootId()}:`)

/** The numbers of two machines, or boots, may be equal: they say nothing. Older versions wrote none. */
const isOtherNamespace = (identity: ProcessIdentity): boolean => {
  const { namespace } = identity
  const known = namespace !== undefined && pidNamespace() !== ''
  return known && namespace !== pidNamespace() && isOfThisBoot(identity)
}

/** The same number at another time, or in another container, is another process. */
export const sameProcess = (a: ProcessIdentity, b: ProcessIdentity): boolean =>
  a.pid === b.pid && a.startTime === b.startTime && a.namespace === b.namespace

/** Whether there is such a process, be it another one than was meant. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const startTimeOf = (pid: number): string | undefined => {
  const started =
    process.platform === 'linux'
      ? startTicks(pid)
      : process.platform === 'win32'
        ? windowsStart(pid)
        : posixStart(pid)
  return started === undefined ? undefined : `${bootId()}:${started}`
}

/** proc(5): field 22 of `stat`, in ticks since boot. The command (field 2) may hold anything. */
const startTicks = (pid: number): string | undefined => {
  let stat: string
  try {
    stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = fields[0]
  return state === 'Z' || state === 'X' ? undefined : fields[19]
}

const posixStart = (pid: number): string | undefined => {
  const [state, ...started] = output('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]).split(/\s+/)
  return !state || state.startsWith('Z') ? undefined : started.join(' ')
}

/** PowerShell takes half a second: remembered a while, as screens ask often. */
const windowsStarts = new Map<number, { at: number; started: string | undefined }>()
const windowsMemoryMs = 10_000

const windowsStart = (pid: number): string | undefined => {
  const known = windowsStarts.get(pid)
  if (known && performance.now() - known.at < windowsMemoryMs) return known.started
  const command = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`
  const started = output('powershell', ['-NoProfile', '-NonInteractive', '-Command', command])
  windowsStarts.set(pid, { at: performance.now(), started: started || undefined })
  return started || undefined
}

let knownBoot: string | undefined
const bootId = (): string => {
  knownBoot ??= readBootId()
  return knownBoot
}

const readBootId = (): string => {
  if (process.platform === 'darwin') return output('sysctl', ['-n', 'kern.bootsessionuuid'])
  try {
    return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

let knownNamespace: string | undefined
const pidNamespace = (): string => {
  knownNamespace ??= readPidNamespace()
  return knownNamespace
}

const readPidNamespace = (): string => {
  if (process.platform !== 'linux') return ''
  try {
    return /\d+/.exec(fs.readlinkSync('/proc/self/ns/pid'))?.[0] ?? ''
  } catch {
    return ''
  }
}

const output = (program: string, args: readonly string[]): string => {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    }).trim()
  } catch {
    return ''
  }
}
