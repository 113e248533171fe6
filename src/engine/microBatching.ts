import os from 'node:os'
import { messageOf } from '../core/errors.ts'
import type { BertConfig } from '../core/model/bertConfig.ts'
import { activationBytes, usableShare } from '../core/model/trainingMemory.ts'

/**
 * Into how many parts a batch goes, so that a step fits into memory: as many as the user asked for,
 * more where the estimate says so, and more again after TensorFlow ran out. The effective batch
 * stays what it is.
 */
export class MicroBatching {
  /** What failed steps have taught: at least so many parts from now on. */
  private least: number

  constructor(
    private readonly bert: BertConfig,
    asked: number,
    private readonly say: (message: string) => void,
    private readonly freeBytes: () => number = freeMemory,
  ) {
    this.least = asked
  }

  /** The larger of what was asked for and what the memory that is free now wants. */
  parts(batchSize: number, length: number): number {
    const free = this.freeBytes() * usableShare
    let parts = Math.min(this.least, batchSize)
    while (parts < batchSize && this.bytes(batchSize / parts, length) > free) {
      parts = Math.min(batchSize, parts * 2)
    }
    if (parts > this.least) this.raise(parts, 'to fit into memory')
    return parts
  }

  /**
   * After a step that failed: true where it is worth trying again, in smaller parts. Nothing was
   * applied: memory runs out in the forward or backward pass, before the update.
   *
   * @throws Error where even single examples do not fit
   */
  shrinkAfter(error: unknown, batchSize: number, length: number): boolean {
    if (!isOutOfMemory(error)) return false
    if (this.least >= batchSize) {
      throw new Error(
        `Even a single example of ${length} pieces does not fit into memory; choose a smaller maxLength or model.`,
      )
    }
    this.raise(Math.min(batchSize, this.least * 2), 'after memory ran out')
    return true
  }

  /** In bf16 too as if it were fp32: too many parts cost little, too few the run. */
  private bytes(batchSize: number, length: number): number {
    return activationBytes(this.bert, batchSize, length, 'fp32')
  }

  private raise(parts: number, why: string): void {
    this.least = parts
    this.say(`Batches are worked through in ${parts} parts ${why}; the result is the same.`)
  }
}

const isOutOfMemory = (error: unknown): boolean =>
  /OOM when allocating|RESOURCE_EXHAUSTED|ResourceExhausted|bad_alloc|out of memory/i.test(
    messageOf(error),
  )

/**
 * Bytes; a container's limit counts where Node can tell it. On a Mac Node 20 and 22 count free pages only,
 * of which there are next to none (libuv#3897): half of all memory stands for what can be had.
 */
export const freeMemory = (): number => {
  const node = process as { availableMemory?: () => number }
  const free = node.availableMemory?.() ?? os.freemem()
  return process.platform === 'darwin' ? Math.max(free, os.totalmem() / 2) : free
}
