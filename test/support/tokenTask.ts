import fs from 'node:fs'
import path from 'node:path'

/**
 * Words of the fixture models' vocabulary, where w90 begins a person's name, w80 or w81 ends one and
 * w91 is a place.
 */
const sentence = (at: number): string[] => {
  const rows: string[] = []
  for (let word = 0; word < 4 + (at % 9); word++) {
    const plain = (at * 7 + word * word) % 80
    if ((at + word) % 6 === 0) rows.push('w90 B-PER', `w${80 + (at % 2)} I-PER`)
    else if ((at + word) % 6 === 3) rows.push('w91 B-LOC')
    else rows.push(`w${plain} O`)
  }
  return rows
}

const conll = (count: number, from: number): string =>
  Array.from({ length: count }, (_, at) => `${sentence(at + from).join('\n')}\n\n`).join('')

/** Writes train.conll (64 sentences) and dev.conll (24). */
export const writeTokenTask = (folder: string): void => {
  fs.writeFileSync(path.join(folder, 'train.conll'), conll(64, 0))
  fs.writeFileSync(path.join(folder, 'dev.conll'), conll(24, 100))
}
