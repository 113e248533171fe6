const newline = 10

/**
 * Cuts a stream of bytes into lines. A line longer than `limit` bytes ends it: `push` returns false,
 * and the sender is to be cut off.
 */
export class MessageLines {
  private parts: Buffer[] = []
  private held = 0

  constructor(
    private readonly limit: number,
    private readonly onLine: (line: string) => void,
  ) {}

  push(chunk: Buffer): boolean {
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      if (this.held + end - start > this.limit) return false
      this.parts.push(chunk.subarray(start, end))
      const line = Buffer.concat(this.parts).toString('utf8')
      this.parts = []
      this.held = 0
      start = end + 1
      this.onLine(line)
    }
    if (start < chunk.length) this.parts.push(chunk.subarray(start))
    this.held += chunk.length - start
    return this.held <= this.limit
  }
}
