import fs from 'node:fs'
import path from 'node:path'

/** Rows of made-up words in three classes; the fixture model's vocabulary has them. */
const rows = (count: number, from: number): string[] =>
  Array.from({ length: count }, (_, i) => {
    const words = Array.from(
      { length: 3 + ((i + from) % 20) },
      (_, j) => `w${(i * 7 + j * j + from) % 95}`,
    )
    return `${words.join(' ')}\t${['a', 'b', 'c'][(i + from) % 3]}`
  })

/** Writes train.tsv (64 rows) and dev.tsv (24 rows), with the columns text and label. */
export const writeTextTask = (folder: string): void => {
  const write = (name: string, lines: string[]) =>
    fs.writeFileSync(path.join(folder, name), `text\tlabel\n${lines.join('\n')}\n`)
  write('train.tsv', rows(64, 0))
  write('dev.tsv', rows(24, 5))
}
