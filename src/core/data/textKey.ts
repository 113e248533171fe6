/**
 * What two texts have in common that differ only in case, white space and form of their characters:
 * for a model without case they are one text.
 */
export const textKey = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
