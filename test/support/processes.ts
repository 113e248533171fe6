import { execFileSync } from 'node:child_process'
import fs from 'node:fs'

interface Process {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

/** From /proc, where there is one: small systems have no `ps`. */
const fromProc = (pid: number): Process[] => {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name before it is in brackets and may hold anything.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return [{ pid, parent, command }]
  } catch {
    return []
  }
}

const fromPs = (line: string): Process[] => {
  const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
  return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }]
}

const processes = (): Process[] =>
  fs.existsSync('/proc/self/stat')
    ? fs.readdirSync('/proc').map(Number).filter(Number.isInteger).flatMap(fromProc)
    : execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
        .split('\n')
        .flatMap(fromPs)

const descendants = (root: number, all: readonly Process[]): Process[] =>
  all
    .filter(({ parent }) => parent === root)
    .flatMap((child) => [child, ...descendants(child.pid, all)])

/** Pids of the extension hosts that a VS Code server (its pid) runs: one for each window. */
export const extensionHosts = (serverPid: number): number[] =>
  descendants(serverPid, processes())
    .filter(({ command }) => command.includes('--type=extensionHost'))
    .map(({ pid }) => pid)
