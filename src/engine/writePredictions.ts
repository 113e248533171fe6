import { writeFileAtomic } from '../core/files/atomicFile.ts'

/** `predictions.jsonl`: one dev example a line, in the file's order; fields in docs/formats.md. */
export const writePredictions = (file: string, predictions: readonly object[]): void =>
  writeFileAtomic(file, predictions.map((each) => `${JSON.stringify(each)}\n`).join(''))
