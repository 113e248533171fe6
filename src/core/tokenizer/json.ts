type JsonObject = Readonly<Record<string, unknown>>

/** `value` as an object to look fields up in; an empty one where it is none. */
export const asObject = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null ? (value as JsonObject) : {}
