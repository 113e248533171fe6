import { createHash } from 'node:crypto'

const longestSlug = 60

/** A name for a folder, on every system; names that leave nothing of themselves get a hash. */
export const slug = (name: string): string => {
  const plain = [
    ...name
      .normalize('NFKD')
      // Accents of Latin, Greek and Cyrillic letters; marks of other scripts are part of the letter.
      .replace(/[\u0300-\u036f]/g, '')
      .normalize('NFC')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
      .replace(/^[-.]+|[-.]+$/g, ''),
  ]
    .slice(0, longestSlug)
    .join('')
  if (plain === '') return `sweep-${createHash('sha256').update(name).digest('hex').slice(0, 6)}`
  return /^(con|prn|aux|nul|com\d|lpt\d)$/.test(plain) ? `sweep-${plain}` : plain
}
