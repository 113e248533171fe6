import { type ChildProcess, spawn } from 'node:child_process'
import readline from 'node:readline'
import type { Memory, Products, Ready, Request, Worked } from './protocol.ts'

/** A process that does one side's work when it is told to, and is idle between. */
export class Side {
  private constructor(
    readonly ready: Ready,
    private readonly child: ChildProcess,
    private readonly next: () => Promise<unknown>,
  ) {}

  /** @throws Error where the process ends before it can work; what it said is on stderr */
  static async start(command: string, args: readonly string[]): Promise<Side> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    // TensorFlow and transformers are talkative: what they say is shown where they fail.
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-8000)
    })
    const failed = new Promise<never>((_, reject) => {
      child.on('error', reject)
      child.on('close', (code) =>
        reject(new Error(`${said}\n${command} ended with exit code ${code}.`)),
      )
    })
    failed.catch(() => {})
    const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async (): Promise<unknown> => {
      const line = await Promise.race([lines.next(), failed])
      if (line.done) return failed
      return JSON.parse(line.value)
    }
    return new Side((await next()) as Ready, child, next)
  }

  work(count: number): Promise<Worked> {
    return this.ask({ do: 'work', count }) as Promise<Worked>
  }

  memory(): Promise<Memory> {
    return this.ask({ do: 'memory' }) as Promise<Memory>
  }

  products(): Promise<Products> {
    return this.ask({ do: 'products' }) as Promise<Products>
  }

  /** Waits until it is gone, so that its memory and threads are. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null) return
    const gone = new Promise((resolve) => this.child.once('close', resolve))
    this.child.stdin?.end()
    await gone
  }

  private ask(request: Request): Promise<unknown> {
    this.child.stdin?.write(`${JSON.stringify(request)}\n`)
    return this.next()
  }
}
