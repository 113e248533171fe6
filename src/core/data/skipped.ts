/** How many bad rows of a file were left out, and the first one's message. */
export interface Skipped {
  readonly file: string
  readonly skipped: number
  readonly firstSkipped?: string | undefined
}

/** One sentence where something was left out. @param unit `row`, `sentence`, `question` */
export const skippedWarning = (
  { file, skipped, firstSkipped }: Skipped,
  unit: 'row' | 'sentence' | 'question',
): string[] =>
  skipped === 0
    ? []
    : [
        `${file}: ${skipped} bad ${unit}${skipped === 1 ? '' : 's'} skipped, the first: ${firstSkipped}`,
      ]
