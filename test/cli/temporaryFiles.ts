import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** For tests: a folder of its own, and a way to write files into it. */
export class TemporaryFiles {
  readonly dir = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-test-'))

  write(name: string, content: string | Uint8Array): string {
    const file = path.join(this.dir, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, content)
    return file
  }

  remove(): void {
    fs.rmSync(this.dir, { recursive: true, force: true })
  }
}
