import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { findOnPath } from '../../src/runtime/command.ts'
import { until } from '../support/until.ts'
import { slurmConf } from './slurmConf.ts'

const daemons = ['munged', 'slurmctld', 'slurmd', 'sbatch']

/** Why a cluster cannot be had here, or ''. As root, since daemons of other users must trust their keys. */
export const noSlurm = (): string => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs Linux and root'
  const missing = daemons.filter((name) => !findOnPath(name, { PATH: paths() }))
  if (missing.length === 0) return ''
  return `${missing.join(', ')} not installed (apt-get install --no-install-recommends slurm-wlm munge)`
}

const paths = (): string => `${process.env.PATH}:/usr/sbin:/usr/local/sbin`

/** A real Slurm of two nodes on this machine, in a folder of its own, without systemd or accounting. */
export class SlurmCluster {
  private readonly root = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-slurm-'))
  /** What makes Slurm's programs talk to this cluster. */
  readonly env = { PATH: paths(), SLURM_CONF: path.join(this.root, 'slurm.conf') }

  async start(): Promise<void> {
    // Slurm's daemons refuse folders that others may write to, and must be able to pass through.
    fs.chmodSync(this.root, 0o755)
    const folders = ['munge', 'run', 'log', 'state', 'spool.n1', 'spool.n2']
    for (const name of folders) fs.mkdirSync(this.in(name), { mode: 0o755 })
    fs.writeFileSync(this.env.SLURM_CONF, slurmConf(this.root, await freePorts(3)))
    const munge = (name: string) => this.in('munge', name)
    fs.writeFileSync(munge('munge.key'), randomBytes(1024), { mode: 0o600 })
    this.call('munged', [
      '--num-threads=2',
      `--key-file=${munge('munge.key')}`,
      `--socket=${munge('munge.sock')}`,
      `--pid-file=${munge('munged.pid')}`,
      `--log-file=${munge('munged.log')}`,
      `--seed-file=${munge('munged.seed')}`,
    ])
    this.call('slurmctld', ['-f', this.env.SLURM_CONF])
    for (const node of ['n1', 'n2']) this.call('slurmd', ['-f', this.env.SLURM_CONF, '-N', node])
    await until(
      'both nodes are idle',
      () => this.call('sinfo', ['-h', '-N', '-o', '%T']).match(/^idle/gm)?.length === 2,
      { patience: 60_000, poll: 300 },
    )
  }

  call(program: string, args: readonly string[]): string {
    const env = { ...process.env, ...this.env }
    return execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }

  async stop(): Promise<void> {
    const files = [
      'run/slurmd.n1.pid',
      'run/slurmd.n2.pid',
      'run/slurmctld.pid',
      'munge/munged.pid',
    ]
    for (const file of files) await endProcess(this.in(file))
    fs.rmSync(this.root, { recursive: true, force: true, maxRetries: 5 })
  }

  private in(...parts: string[]): string {
    return path.join(this.root, ...parts)
  }
}

/** Only where the process is still the daemon that wrote the file. */
const endProcess = async (pidFile: string): Promise<void> => {
  if (!fs.existsSync(pidFile)) return
  const pid = Number.parseInt(fs.readFileSync(pidFile, 'utf8'), 10)
  const name = () => {
    try {
      return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
    } catch {
      return ''
    }
  }
  if (!daemons.includes(name())) return
  process.kill(pid, 'SIGTERM')
  await until(`${name()} ends`, () => !daemons.includes(name())).catch(() => {
    process.kill(pid, 'SIGKILL')
  })
}

const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<net.Server>((resolve) => {
          const server = net.createServer().listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
