import type { HostTensor } from './weights.ts'

/** The one table that is large and little used: half of a small model's weights. */
export const wordTable = 'bert.embeddings.word_embeddings.weight'

const piecesName = 'pieces'

/**
 * The word pieces that a training set uses, a few thousand of 30,000. All others have gradients and
 * moments of zero, so that AdamW only multiplies them by 1 − η·λ in each step: what is trained is the
 * table of the used ones, and the others share one factor. The result is the same without passes
 * over weights, moments and gradients that nothing touches.
 */
export class UsedRows {
  private readonly rowOf: Int32Array // [vocabulary], −1 where a piece is not used

  /** @param pieces without repetition; padding's is one of them */
  constructor(
    readonly pieces: Int32Array,
    readonly vocabulary: number,
  ) {
    this.rowOf = new Int32Array(vocabulary).fill(-1)
    pieces.forEach((piece, row) => {
      this.rowOf[piece] = row
    })
  }

  get count(): number {
    return this.pieces.length
  }

  /** Each piece's row in the table of the used, −1 where it has none. */
  rowsOf(ids: Int32Array): Int32Array {
    return ids.map((id) => this.rowOf[id]!)
  }

  /** @throws Error where a batch holds a piece that the training set does not */
  trainedRowsOf(ids: Int32Array): Int32Array {
    const rows = this.rowsOf(ids)
    const at = rows.indexOf(-1)
    if (at >= 0) throw new Error(`Word piece ${ids[at]} is not one of the training set's.`)
    return rows
  }

  /** The used rows. @param table [vocabulary, width] @returns [used, width] */
  take({ shape, data }: HostTensor): HostTensor {
    const width = shape[1] ?? 1
    const taken = new Float32Array(this.count * width)
    this.pieces.forEach((piece, row) => {
      taken.set(data.subarray(piece * width, (piece + 1) * width), row * width)
    })
    return { shape: [this.count, width], data: taken }
  }

  /** Weights as they are trained: of the word table the used rows. */
  trained(weights: ReadonlyMap<string, HostTensor>): Map<string, HostTensor> {
    return new Map(weights).set(wordTable, this.take(weights.get(wordTable)!))
  }

  /** Moments of the used rows, with the pieces they belong to, for a checkpoint. */
  withPieces(moments: ReadonlyMap<string, HostTensor>): Map<string, HostTensor> {
    const data = Float32Array.from(this.pieces)
    return new Map(moments).set(piecesName, { shape: [this.count], data })
  }

  /**
   * A checkpoint's moments for the used rows; one from before there were any has the whole table's.
   *
   * @throws Error where they are those of other pieces
   */
  momentsFrom(moments: ReadonlyMap<string, HostTensor>): Map<string, HostTensor> {
    const pieces = moments.get(piecesName)?.data
    if (pieces && !sameNumbers(pieces, this.pieces)) {
      throw new Error(
        'The checkpoint’s moments are of other word pieces than the training data; start the run again with --force.',
      )
    }
    const mine = new Map(moments)
    for (const name of [`first/${wordTable}`, `second/${wordTable}`]) {
      const tensor = moments.get(name)
      if (!pieces && tensor?.shape[0] === this.vocabulary) mine.set(name, this.take(tensor))
    }
    return mine
  }
}

const sameNumbers = (a: Float32Array, b: Int32Array): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index])
