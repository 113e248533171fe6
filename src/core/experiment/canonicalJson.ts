/**
 * JSON with sorted keys, without spaces and without undefined values: equal values, equal text.
 * Numbers as JavaScript writes them (RFC 8785 does the same).
 */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`)
    return `{${entries.join(',')}}`
  }
  return JSON.stringify(value ?? null)
}
